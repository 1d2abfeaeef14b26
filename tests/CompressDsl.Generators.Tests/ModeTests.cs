namespace CompressDsl.Generators.Tests;

/// <summary>What a mode adds to a distillation, compiled and run on the real TorchSharp.</summary>
public sealed class ModeTests
{
    private const string Usings = Consumer.Usings + "using Xunit;\n";

    private static string Pair(string options) => $$"""
        public sealed class Teacher : Module<Tensor, Tensor>
        {
            private readonly Embedding table = Embedding(9, 9);
            public Teacher() : base("Teacher") => RegisterComponents();
            public override Tensor forward(Tensor x) => table.call(x);
        }

        [DistillFrom(typeof(Teacher), Task = DistillTask.CausalLanguageModel, {{options}})]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            private readonly Embedding table = Embedding(9, 9);
            public Student() : base("Student") => RegisterComponents();
            public override Tensor forward(Tensor tokens) => table.call(tokens);
        }

        """;

    private static string Scenario(string body) => $$"""
        public static class Scenario
        {
            public static void Run()
            {
                torch.random.manual_seed(1);
                using var scope = torch.NewDisposeScope();
                var (student, teacher) = (new Student(), new Teacher());
                var distillation = new StudentDistillation(student, teacher);
                {{body}}
            }
        }
        """;

    [Fact]
    public void OnPolicy_LetsTheStudentWrite_AndCountsWhatItWrote() => Running.Run(
        Usings + Pair("Mode = DistillMode.OnPolicy, Lambda = 1, Divergence = Divergence.JensenShannon") + Scenario("""
            Assert.Equal(1.0, StudentDistillation.Lambda);
            var policy = distillation.Policy(new GenerationOptions { MaxNewTokens = 4, Decoding = new SampledDecoding { Temperature = 1.5 }, Seed = 3 });
            using var data = GenerationBatch.Of([([1L, 2, 3, 4], 2), ([5L, 6, 7], 1)]);
            using var batch = policy.Next(student, data);
            Assert.True(batch.IsOnPolicy);
            var terms = distillation.Compute(batch);
            Assert.Equal(8, terms.Count);
            Assert.Equal(batch.Count, terms.Count);
            terms.Total.backward();
            Assert.All(student.parameters(), parameter => Assert.NotNull(parameter.grad));
            """));

    [Fact]
    public void SequenceLevel_LearnsWhatTheTeacherWrote() => Running.Run(
        Usings + Pair("Mode = DistillMode.SequenceLevel, Alpha = 0") + Scenario("""
            var written = distillation.Write([[1L, 2], [3L]], new SequenceLevelOptions { Generation = new() { MaxNewTokens = 3 } });
            Assert.Equal(2, written.Sequences.Count);
            using var batch = written.Batches(2).Single();
            var terms = distillation.Compute(batch);
            Assert.Equal(6, terms.Count);

            // The table says what follows: greedy writing follows its maxima.
            var next = teacher.call(torch.arange(9)).argmax(-1);
            Assert.Equal(next[2].item<long>(), written.Sequences[0].Written[0]);
            """));

    [Fact]
    public void Pretraining_FromACache_IsPretrainingFromTheTeacher() => Running.Run(
        Usings + Pair("Mode = DistillMode.Pretraining, T = 2, Alpha = 0.5") + Scenario("""
            var folder = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
            try
            {
                var tokens = torch.randint(0, 9, [2, 5], dtype: int64);
                var tokenizer = TokenizerIdentity.OfVocabulary(Enumerable.Range(0, 9).Select(i => i.ToString()));
                using var cache = TeacherCache.Open(folder, TeacherFingerprint.Of(teacher, tokenizer), TeacherCacheOptions.TopK(9, 2));
                var targets = cache.GetOrAdd(tokens, null, () => { using var _ = torch.no_grad(); return teacher.call(tokens); });
                var (live, cached) = (distillation.Compute(tokens, tokens), distillation.Compute(tokens, targets, tokens));
                Assert.Equal(live.Soft!.item<float>(), cached.Soft!.item<float>(), 1e-5);
                Assert.Equal(live.Total.item<float>(), cached.Total.item<float>(), 1e-5);
            }
            finally
            {
                if (System.IO.Directory.Exists(folder))
                    System.IO.Directory.Delete(folder, true);
            }
            """));
}
