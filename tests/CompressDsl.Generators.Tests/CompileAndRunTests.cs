namespace CompressDsl.Generators.Tests;

/// <summary>Generated code, compiled and run on the real TorchSharp.</summary>
public sealed class CompileAndRunTests
{
    private const string Usings = Consumer.Usings + "using Xunit;\n";

    private const string Library = """
        namespace Parts
        {
            public sealed partial class Mlp : Module<Tensor, Tensor>
            {
                [Sparsity(0.5)] private readonly Linear up_proj = Linear(8, 16);
                [KeepDense] private readonly Linear down_proj = Linear(16, 8);
                public Mlp() : base("Mlp") => RegisterComponents();
                public override Tensor forward(Tensor x) => down_proj.call(up_proj.call(x).relu());
            }
        }
        """;

    [Fact]
    public void PrunedModel_HasItsMasks_AndCapturesSeeItsLayers() => Running.Run(Usings + Library, Usings + """
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            private readonly ModuleList<Parts.Mlp> blocks = new(new Parts.Mlp(), new Parts.Mlp());
            [SemiStructured(2, 4)] private readonly Linear head = Linear(8, 4);
            public Net() : base("Net") => RegisterComponents();

            public override Tensor forward(Tensor x)
            {
                foreach (var block in blocks)
                    x = block.call(x);
                return head.call(x);
            }
        }

        public static class Scenario
        {
            public static void Run()
            {
                using var model = new Net();
                model.Prune();

                Assert.Equal(0.5, model.Compression.head.Mask.Sparsity);
                Assert.Equal(2, model.Compression.blocks.Count);
                Assert.Equal(0.5, model.Compression.blocks[1].up_proj.Mask.Sparsity);
                Assert.True(model.Compression.blocks[0].down_proj.Mask.IsDense);
                Assert.Equal(3, model.Compression.AllSites.Count(site => !site.Mask.IsDense));
                Assert.Same(model.Compression, ((ICompressible)model).Compression);

                using var x = torch.ones(2, 8);

                using (var capture = model.Compression.Capture())
                {
                    using var y = model.call(x);
                    Assert.Equal([2, 8], capture.blocks[0].up_proj.Input!.shape);
                    Assert.Equal([2, 16], capture.blocks[0].up_proj.Output!.shape);
                    Assert.True(capture.head.Output!.allclose(y));
                    model.call(x).Dispose();
                    Assert.Equal(2, capture.head.Calls);
                }

                // Hooks are gone with the capture, and TorchSharp has registered nothing of ours.
                model.call(x).Dispose();
                Assert.DoesNotContain(model.state_dict().Keys, key => key.Contains("ompression"));
                model.to(torch.float64);
                Assert.Equal(0.5, model.Compression.head.Mask.Sparsity);
            }
        }
        """);

    [Fact]
    public void AnnotatedClassOfAnotherAssembly_Nests() => Running.RunAcrossAssemblies(Usings + Library, Usings + """
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            [KeepDense] private readonly Linear head = Linear(8, 4);
            private readonly Parts.Mlp mlp = new();
            private readonly ModuleList<Parts.Mlp> more = new(new Parts.Mlp());
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor x) => head.call(more[0].call(mlp.call(x)));
        }

        public static class Scenario
        {
            public static void Run()
            {
                using var model = new Net();
                model.Prune();

                Assert.Equal(0.5, model.Compression.mlp.up_proj.Mask.Sparsity);
                Assert.Equal(0.5, model.Compression.more[0].up_proj.Mask.Sparsity);
                using var capture = model.Compression.Capture();
                model.call(torch.ones(1, 8)).Dispose();
                Assert.Equal(1, capture.mlp.up_proj.Calls);
            }
        }
        """);

    [Fact]
    public void ClassAttribute_ReachesEveryWeightBelow_TheNearestWins() => Running.Run(Usings + """
        public sealed class Plain : Module<Tensor, Tensor>
        {
            private readonly Linear inner = Linear(8, 8);
            private readonly Embedding table = Embedding(8, 8);
            public Plain() : base("Plain") => RegisterComponents();
            public override Tensor forward(Tensor x) => inner.call(x);
        }

        [Sparsity(0.5)]
        public partial class Net<TBody> : Module<Tensor, Tensor>
            where TBody : Module<Tensor, Tensor>
        {
            private readonly Linear first = Linear(8, 8);
            [Sparsity(0.25)] private readonly Linear second = Linear(8, 8);
            [KeepDense] private readonly Sequential kept = Sequential(Linear(8, 8), ReLU());
            [SemiStructured(1, 4)] private readonly ModuleList<Linear> listed = new(Linear(8, 8), Linear(8, 8));
            private readonly TBody body;

            public Net(TBody body) : base("Net")
            {
                this.body = body;
                RegisterComponents();
            }

            public override Tensor forward(Tensor x) => body.call(second.call(first.call(x)));
        }

        public static class Scenario
        {
            public static void Run()
            {
                using var model = new Net<Plain>(new Plain());
                model.Prune();

                Assert.Equal(0.5, model.Compression.first.Mask.Sparsity);
                Assert.Equal(0.25, model.Compression.second.Mask.Sparsity);
                Assert.All(model.Compression.listed.Sites, site => Assert.Equal(0.75, site.Mask.Sparsity));
                var zeros = model.named_parameters().Where(p => p.parameter.dim() == 2)
                    .ToDictionary(p => p.name, p => p.parameter.eq(0).sum().item<long>() / 64.0);
                Assert.Equal(0.5, zeros["body.inner.weight"]);
                Assert.Equal(0, zeros["body.table.weight"]);
                Assert.Equal(0, zeros["kept.0.weight"]);
            }
        }
        """);

    [Fact]
    public void DerivedAnnotatedClass_PrunesBoth_AndStillMovesBetweenTypes() => Running.Run(Usings + """
        public abstract partial class Base : Module<Tensor, Tensor>
        {
            [Sparsity(0.5)] protected readonly Linear stem = Linear(8, 8);
            protected Base() : base("Base") { }
        }

        public sealed partial class Derived : Base
        {
            [Sparsity(0.75)] private readonly Linear head = Linear(8, 8);
            public Derived() => RegisterComponents();
            public override Tensor forward(Tensor x) => head.call(stem.call(x));
        }

        public static class Scenario
        {
            public static void Run()
            {
                using var model = new Derived();
                model.Prune();
                model.to(torch.float64);

                var compression = Assert.IsType<Derived.DerivedCompression>(model.Compression);
                Assert.Equal(0.75, compression.head.Mask.Sparsity);
                Assert.Equal(0.5, compression.stem.Mask.Sparsity);
            }
        }
        """);

    [Fact]
    public void BlocksWithSeveralArguments_AreCalibratedOneByOne() => Running.Run(Usings + """
        public sealed partial class Block : Module<Tensor, int, Tensor?, (Tensor Hidden, bool IsScaled)>
        {
            [Sparsity(0.5, Criterion = Criterion.Wanda)] private readonly Linear fc = Linear(8, 8);
            public Block() : base("Block") => RegisterComponents();

            public override (Tensor Hidden, bool IsScaled) forward(Tensor x, int factor, Tensor? mask)
                => (fc.call(mask is null ? x : x * mask) * factor, factor != 1);
        }

        public sealed partial class Net : Module<Tensor, Tensor>
        {
            private readonly ModuleList<Block> blocks = new(new Block(), new Block(), new Block());
            [KeepDense] private readonly Linear head = Linear(8, 4);
            public Net() : base("Net") => RegisterComponents();

            public override Tensor forward(Tensor x)
            {
                foreach (var block in blocks)
                    x = block.call(x, 2, null).Hidden;
                return head.call(x);
            }
        }

        public static class Scenario
        {
            public static void Run()
            {
                torch.random.manual_seed(1);
                using var model = new Net();
                Tensor[] batches = [torch.randn(4, 8), torch.randn(4, 8)];
                model.Prune(new PruneOptions { Calibration = Calibration.Of(batches, x => model.call(x)) });

                Assert.All(model.Compression.blocks, block => Assert.Equal(0.5, block.fc.Mask.Sparsity));
            }
        }
        """);

    [Fact]
    public void GradualAttributes_PruneWhileTheModelTrains() => Running.Run(Usings + """
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            [BlockSparsity(0.5, 2, 2), Gradual(Steps = 4, Every = 2)] private readonly Linear up = Linear(8, 8);
            [SemiStructured(2, 4, Criterion = Criterion.Movement)]
            [Gradual(Steps = 3, Ramp = Ramp.Linear, Every = 1, Begin = 1)]
            private readonly Linear down = Linear(8, 8);
            public Net() : base("Net") => RegisterComponents();
            public override Tensor forward(Tensor x) => down.call(up.call(x).relu());
        }

        public static class Scenario
        {
            public static void Run()
            {
                using var model = new Net();
                using var optimizer = torch.optim.SGD(model.parameters(), 0.01).PruneGradually(model);
                var up = new List<double>();

                while (!optimizer.IsFinished)
                {
                    using var scope = torch.NewDisposeScope();
                    optimizer.zero_grad();
                    model.call(torch.randn(4, 8)).square().mean().backward();
                    optimizer.step();
                    up.Add(model.Compression.up.Mask.Sparsity);
                }

                Assert.Equal([0, 0.4375, 0.4375, 0.5], up);
                Assert.Equal(0.5, model.Compression.down.Mask.Sparsity);
                Assert.Equal(4, optimizer.Step);
            }
        }
        """);

    [Fact]
    public void Distillation_ComputesTheFormula_AndFreezesTheTeacher() => Running.Run(Usings + """
        public sealed class Teacher : Module<Tensor, Tensor>
        {
            private readonly Linear fc = Linear(4, 3);
            public Teacher() : base("Teacher") => RegisterComponents();
            public override Tensor forward(Tensor x) => fc.call(x);
        }

        [DistillFrom(typeof(Teacher), T = 4, Alpha = 0.7)]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            private readonly Linear fc = Linear(4, 3);
            public Student() : base("Student") => RegisterComponents();
            public override Tensor forward(Tensor x) => fc.call(x);
        }

        public static class Scenario
        {
            public static void Run()
            {
                torch.random.manual_seed(1);
                using var scope = torch.NewDisposeScope();
                var (student, teacher) = (new Student(), new Teacher());
                var distillation = new StudentDistillation(student, teacher);
                var x = torch.randn(5, 4);
                var y = torch.tensor(new long[] { 0, 1, 2, -100, 1 });

                var terms = distillation.Compute(x, y);

                Assert.Equal(4.0, StudentDistillation.T);
                var rows = torch.tensor(new long[] { 0, 1, 2, 4 });
                var (s, t) = (student.call(x).index_select(0, rows).to(torch.float64), teacher.call(x).index_select(0, rows).to(torch.float64));
                var hard = -s.log_softmax(1).gather(1, y.index_select(0, rows).unsqueeze(1)).mean().item<double>();
                var (p, q) = ((t / 4).softmax(1), (s / 4).softmax(1));
                var soft = 16 * (p * (p.log() - q.log())).sum(1).mean().item<double>();
                Assert.Equal(hard, terms.Hard.item<float>(), 1e-5);
                Assert.Equal(soft, terms.Soft!.item<float>(), 1e-5);
                Assert.Equal(0.3 * hard + 0.7 * soft, terms.Total.item<float>(), 1e-5);

                terms.Total.backward();
                Assert.All(student.parameters(), parameter => Assert.NotNull(parameter.grad));
                Assert.All(teacher.parameters(), parameter => Assert.False(parameter.requires_grad));
                Assert.False(teacher.training);
            }
        }
        """);

    [Fact]
    public void CausalDistillation_HoldsLogitsAgainstTheNextToken() => Running.Run(Usings + """
        public sealed class Fixed : Module<Tensor, Tensor>
        {
            private readonly Parameter logits;

            public Fixed(Tensor logits) : base("Fixed")
            {
                this.logits = new Parameter(logits);
                RegisterComponents();
            }

            public override Tensor forward(Tensor tokens) => logits;
        }

        [DistillFrom(typeof(Fixed), Task = DistillTask.CausalLanguageModel)]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            private readonly Parameter logits;

            public Student(Tensor logits) : base("Student")
            {
                this.logits = new Parameter(logits);
                RegisterComponents();
            }

            public override Tensor forward(Tensor tokens) => logits;
        }

        public static class Scenario
        {
            public static void Run()
            {
                using var scope = torch.NewDisposeScope();
                torch.random.manual_seed(1);
                var logits = torch.randn(2, 5, 7);
                var tokens = torch.randint(0, 7, [2, 5], dtype: torch.int64);
                var mask = torch.tensor(new[] { 1, 1, 1, 1, 1, 1, 1, 1, 0, 0 }).reshape(2, 5);

                var terms = new StudentDistillation(new Student(logits.clone()), new Fixed(logits.clone())).Compute(tokens, tokens, mask);

                // Eight pairs of (logits at t, token at t + 1), less the two whose token is padding.
                Assert.Equal(6, terms.Count);
                Assert.Equal(0, terms.Soft!.item<float>(), 1e-6);
                var log = logits.log_softmax(-1);
                double sum = 0;
                for (var b = 0; b < 2; b++)
                    for (var t = 0; t < 4; t++)
                        if (mask[b, t + 1].item<int>() != 0)
                            sum -= log[b, t, tokens[b, t + 1].item<long>()].item<float>();
                Assert.Equal(sum / 6, terms.Hard.item<float>(), 1e-5);
            }
        }
        """);
}
