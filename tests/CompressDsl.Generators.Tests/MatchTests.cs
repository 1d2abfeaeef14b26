namespace CompressDsl.Generators.Tests;

/// <summary>Features that students match, compiled and run on the real TorchSharp.</summary>
public sealed class MatchTests
{
    private const string Usings = Consumer.Usings + "using Xunit;\n";

    /// <summary>A BERT-like pair: private members, attention in the block, different widths and depths.</summary>
    private const string Models = """
        public sealed class Attention : Module<Tensor, Tensor, Tensor>
        {
            private readonly Linear q_proj, k_proj, v_proj, o_proj;
            private readonly int heads;

            public Attention(int width, int heads) : base("Attention")
            {
                (q_proj, k_proj, v_proj, o_proj) = (Linear(width, width), Linear(width, width), Linear(width, width), Linear(width, width));
                this.heads = heads;
                RegisterComponents();
            }

            public override Tensor forward(Tensor x, Tensor bias)
            {
                using var scope = torch.NewDisposeScope();
                var (b, l, d) = (x.shape[0], x.shape[1], x.shape[2]);
                Tensor Split(Tensor t) => t.view(b, l, heads, d / heads).transpose(1, 2);
                var scores = Split(q_proj.call(x)).matmul(Split(k_proj.call(x)).transpose(-2, -1)) / Math.Sqrt(d / heads) + bias;
                var mixed = functional.softmax(scores, -1).matmul(Split(v_proj.call(x)));
                return o_proj.call(mixed.transpose(1, 2).reshape(b, l, d)).MoveToOuterDisposeScope();
            }
        }

        public sealed class Layer : Module<Tensor, Tensor, Tensor>
        {
            private readonly Attention attention;
            private readonly Linear up;

            public Layer(int width, int heads) : base("Layer")
            {
                (attention, up) = (new Attention(width, heads), Linear(width, width));
                RegisterComponents();
            }

            public override Tensor forward(Tensor x, Tensor bias)
            {
                using var scope = torch.NewDisposeScope();
                return (x + up.call(attention.call(x, bias)).relu()).MoveToOuterDisposeScope();
            }
        }

        public sealed class Teacher : Module<Tensor, Tensor, Tensor>
        {
            private readonly Embedding embeddings = Embedding(11, 12);
            public readonly ModuleList<Layer> layers = new(Enumerable.Range(0, 4).Select(_ => new Layer(12, 3)).ToArray());
            private readonly Linear head = Linear(12, 5);
            public Teacher() : base("Teacher") => RegisterComponents();

            public override Tensor forward(Tensor tokens, Tensor attention_mask)
            {
                using var scope = torch.NewDisposeScope();
                var bias = (1 - attention_mask.to(float32)).unsqueeze(1).unsqueeze(1) * -1e4f;
                var x = embeddings.call(tokens);
                foreach (var layer in layers)
                    x = layer.call(x, bias);
                return head.call(x[TensorIndex.Ellipsis, 0, TensorIndex.Colon]).MoveToOuterDisposeScope();
            }
        }

        """;

    private static string Student(string attributes, string width, string heads, string onClass = "") => $$"""
        {{onClass}}
        [DistillFrom(typeof(Teacher), T = 2, Alpha = 0.5)]
        public sealed partial class Student : Module<Tensor, Tensor, Tensor>
        {
            private readonly Embedding embeddings = Embedding(11, {{width}});
            {{attributes}}
            private readonly ModuleList<Layer> layers = new(new Layer({{width}}, {{heads}}), new Layer({{width}}, {{heads}}));
            private readonly Linear head = Linear({{width}}, 5);
            private readonly LayerNorm norm = LayerNorm({{width}});
            public Student() : base("Student") => RegisterComponents();

            public override Tensor forward(Tensor tokens, Tensor attention_mask)
            {
                using var scope = torch.NewDisposeScope();
                var bias = (1 - attention_mask.to(float32)).unsqueeze(1).unsqueeze(1) * -1e4f;
                var x = embeddings.call(tokens);
                foreach (var layer in layers)
                    x = layer.call(x, bias);
                return head.call(norm.call(x)[TensorIndex.Ellipsis, 0, TensorIndex.Colon]).MoveToOuterDisposeScope();
            }
        }

        """;

    private static string Scenario(string body) => $$"""
        public static class Scenario
        {
            public static void Run()
            {
                torch.random.manual_seed(3);
                using var scope = torch.NewDisposeScope();
                var (student, teacher) = (new Student(), new Teacher());
                var distillation = new StudentDistillation(student, teacher);
                var tokens = torch.randint(0, 11, [2, 6], dtype: int64);
                var mask = torch.tensor(new long[,] { { 1, 1, 1, 1, 1, 1 }, { 1, 1, 1, 1, 0, 0 } });
                var labels = torch.tensor(new long[] { 1, 4 });
                {{body}}
            }
        }
        """;

    [Fact]
    public void HiddenStates_AreHeldAgainstTheMappedLayers_WithoutPadding() => Running.Run(
        Usings + Models + Student("[MatchHidden(nameof(Teacher.layers), Weight = 0.25, Map = LayerMap.EveryOther)]", "12", "3") + Scenario("""
            var (ours, theirs) = (new List<Tensor>(), new List<Tensor>());
            var hooks = new List<Action>();
            foreach (var (list, layers) in new[] { (ours, (ModuleList<Layer>)student.named_children().Single(c => c.name == "layers").module), (theirs, teacher.layers) })
                foreach (var layer in layers)
                    hooks.Add(layer.register_forward_hook((_, _, _, output) => { list.Add(output.alias().DetachFromDisposeScope()); return output; }).remove);

            var terms = distillation.Compute(tokens, mask, labels);
            hooks.ForEach(remove => remove());
            var valid = mask.flatten().nonzero().flatten();
            double expected = 0;
            for (var i = 0; i < 2; i++)
                expected += (ours[i].flatten(0, 1)[valid] - theirs[2 * i + 1].flatten(0, 1)[valid]).square().mean().item<float>() / 2;

            Assert.Equal(expected, terms.layers.item<float>(), 1e-5);
            Assert.Equal(10, terms.FeatureCount);
            Assert.Equal(["Hard", "Soft", "layers"], terms.Terms.Select(term => term.Name));
            Assert.Equal(0.5 * terms.Hard.item<float>() + 0.5 * terms.Soft!.item<float>() + 0.25 * expected, terms.Total.item<float>(), 1e-4);
            Assert.Empty(distillation.Projections.parameters());

            terms.Total.backward();
            Assert.All(student.parameters(), parameter => Assert.NotNull(parameter.grad));
            """));

    [Fact]
    public void DifferentWidths_GetAProjection_ThatIsTrained() => Running.Run(
        Usings + Models + Student("[MatchHidden(nameof(Teacher.layers), Pairs = new[] { 1, 3 }, Loss = HiddenLoss.Cosine)]", "8", "2") + Scenario("""
            Assert.Throws<InvalidOperationException>(() => distillation.Projections.parameters().Count());
            using (torch.no_grad())
                distillation.Compute(tokens, mask, labels);

            Assert.Equal([12, 8], distillation.Projections.Layers.Single().Layer.weight!.shape);
            distillation.Compute(tokens, mask, labels).Total.backward();
            Assert.Equal(2, distillation.Projections.parameters().Count());
            Assert.All(distillation.Projections.parameters(), parameter => Assert.NotNull(parameter.grad));
            """));

    [Fact]
    public void AttentionMaps_AreSeenInsideOfForward() => Running.Run(
        Usings + Models + Student("[MatchAttention(nameof(Teacher.layers), Map = LayerMap.Last)]", "6", "3") + Scenario("""
            var terms = distillation.Compute(tokens, mask, labels);
            Assert.True(terms.layers.item<float>() > 0);
            terms.layers.backward();
            var touched = student.named_parameters().Where(p => p.parameter.grad is not null).Select(p => p.name).ToArray();
            Assert.Contains("layers.1.attention.q_proj.weight", touched);
            Assert.Contains("layers.0.up.weight", touched);
            Assert.DoesNotContain("layers.1.attention.o_proj.weight", touched);
            Assert.DoesNotContain("head.weight", touched);
            """));

    [Fact]
    public void AttentionMaps_OfEqualModels_DifferByNothing_AndHeadCountsMustAgree() => Running.Run(
        Usings + Models + Student("[MatchAttention(\"layers\", Loss = AttentionLoss.MeanSquared)] [MatchHidden(\"layers\")]", "12", "int.Parse(\"4\")", "[InitializeFrom(typeof(Teacher))]") + Scenario("""
            var error = Assert.Throws<ArgumentException>(() => distillation.Compute(tokens, mask, labels));
            Assert.Contains("CDSL5009", error.Message);
            """));

    [Fact]
    public void Relations_WorkAcrossHeadsAndWidths() => Running.Run(
        Usings + Models + Student("[MatchAttention(\"layers\", Loss = AttentionLoss.Relation, Map = LayerMap.Uniform, RelationHeads = 2)]", "8", "4") + Scenario("""
            var terms = distillation.Compute(tokens, mask, labels);
            Assert.True(terms.layers.item<float>() > 0);
            terms.layers.backward();
            Assert.Contains("layers.1.attention.v_proj.weight", student.named_parameters().Where(p => p.parameter.grad is not null).Select(p => p.name));
            """));

    [Fact]
    public void Student_StartsFromTheTeachersLayers_AndSaysWhatItKept() => Running.Run(
        Usings + Models + Student("[MatchHidden(\"layers\", Map = LayerMap.EveryOther)]", "12", "3", "[InitializeFrom(typeof(Teacher), Map = LayerMap.EveryOther)]") + Scenario("""
            var report = student.InitializeFrom(teacher);
            Assert.Equal(["norm.weight", "norm.bias"], report.Kept);
            var (ours, theirs) = (student.state_dict(), teacher.state_dict());
            Assert.Equal(0, (ours["layers.1.attention.q_proj.weight"] - theirs["layers.3.attention.q_proj.weight"]).abs().max().item<float>());
            Assert.Equal(0, (ours["embeddings.weight"] - theirs["embeddings.weight"]).abs().max().item<float>());
            Assert.Equal(0, (ours["head.bias"] - theirs["head.bias"]).abs().max().item<float>());
            Assert.Equal(report.Tensors + 2, ours.Count);
            """));

    [Fact]
    public void Student_OfAnotherWidth_CannotStart_AndStaysAsItIs() => Running.Run(
        Usings + Models + Student("", "8", "2", "[InitializeFrom(typeof(Teacher), Layers = new[] { 0, 3 })]") + Scenario("""
            var before = student.state_dict()["head.bias"].clone();
            var error = Assert.Throws<ArgumentException>(() => student.InitializeFrom(teacher));
            Assert.Contains("embeddings.weight is [11, 8] and the teacher's [11, 12]", error.Message);
            Assert.Contains("Nothing was copied", error.Message);
            Assert.Equal(0, (before - student.state_dict()["head.bias"]).abs().max().item<float>());
            """));

    [Fact]
    public void SeveralTeachers_AreOne() => Running.Run(Usings + """
        public sealed class Teacher : Module<Tensor, Tensor>
        {
            private readonly Linear fc = Linear(4, 3);
            public Teacher() : base("Teacher") => RegisterComponents();
            public override Tensor forward(Tensor x) => fc.call(x);
        }

        [DistillFrom(typeof(Teacher), T = 3, Alpha = 1), DistillFrom(typeof(Teacher))]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            private readonly Linear fc = Linear(4, 3);
            public Student() : base("Student") => RegisterComponents();
            public override Tensor forward(Tensor x) => fc.call(x);
        }

        [DistillFrom(typeof(Teacher), T = 3, Alpha = 1, Mean = TeacherMean.Logits), DistillFrom(typeof(Teacher))]
        public sealed partial class Other : Module<Tensor, Tensor>
        {
            private readonly Linear fc = Linear(4, 3);
            public Other() : base("Other") => RegisterComponents();
            public override Tensor forward(Tensor x) => fc.call(x);
        }

        public static class Scenario
        {
            public static void Run()
            {
                torch.random.manual_seed(1);
                using var scope = torch.NewDisposeScope();
                var (student, other, first, second) = (new Student(), new Other(), new Teacher(), new Teacher());
                second.train();
                var x = torch.randn(5, 4);
                var y = torch.zeros(5, int64);

                var terms = new StudentDistillation(student, first, second).Compute(x, y);
                var p = ((first.call(x) / 3).softmax(1) + (second.call(x) / 3).softmax(1)) / 2;
                var q = (student.call(x) / 3).softmax(1);
                Assert.Equal(9 * (p * (p.log() - q.log())).sum(1).mean().item<float>(), terms.Soft!.item<float>(), 1e-5);

                var logits = (first.call(x) + second.call(x)) / 2;
                p = (logits / 3).softmax(1);
                q = (other.call(x) / 3).softmax(1);
                Assert.Equal(9 * (p * (p.log() - q.log())).sum(1).mean().item<float>(), new OtherDistillation(other, first, second).Compute(x, y).Soft!.item<float>(), 1e-5);
                Assert.False(second.training);
                Assert.All(second.parameters(), parameter => Assert.False(parameter.requires_grad));
                Assert.Throws<ArgumentNullException>(() => new OtherDistillation(other, first, null!));
            }
        }
        """);

    [Fact]
    public void UniversalLogit_TakesTheTeachersOwnTokens() => Running.Run(Usings + """
        public sealed class Teacher : Module<Tensor, Tensor>
        {
            private readonly Embedding table = Embedding(9, 9);
            public Teacher() : base("Teacher") => RegisterComponents();
            public override Tensor forward(Tensor x) => table.call(x);
        }

        [DistillFrom(typeof(Teacher), T = 2, Vocabulary = Vocabulary.UniversalLogit, Task = DistillTask.CausalLanguageModel)]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            private readonly Embedding table = Embedding(6, 6);
            public Student() : base("Student") => RegisterComponents();
            public override Tensor forward(Tensor tokens) => table.call(tokens);
        }

        public static class Scenario
        {
            public static void Run()
            {
                torch.random.manual_seed(1);
                using var scope = torch.NewDisposeScope();
                var (student, teacher) = (new Student(), new Teacher());
                var tokens = torch.tensor(new long[,] { { 1, 2, 3, 4 } });
                var labels = torch.tensor(new long[,] { { -100, 2, 3, 4 } });
                var theirs = torch.tensor(new long[,] { { 8, 7, 6 } });
                var theirLabels = torch.tensor(new long[,] { { -100, 7, 6 } });

                var terms = new StudentDistillation(student, teacher).Compute(tokens, labels, theirs, theirLabels);

                // Three places of the student, two of the teacher: the third has no counterpart.
                var q = (student.call(tokens)[0] / 2).softmax(1).sort(1, true).Values;
                var p = (teacher.call(theirs)[0] / 2).softmax(1).sort(1, true).Values;
                double expected = 0;
                for (var i = 0; i < 2; i++)
                    for (var r = 0; r < 9; r++)
                        expected += Math.Abs(p[i, r].item<float>() - (r < 6 ? q[i, r].item<float>() : 0));
                Assert.Equal(4 * expected / 3, terms.Soft!.item<float>(), 1e-5);
                Assert.Equal(3, terms.Count);
            }
        }
        """);
}
