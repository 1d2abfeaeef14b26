namespace CompressDsl.Generators.Tests;

/// <summary>What is generated for classes with sparsity attributes, as a reader sees it.</summary>
public sealed class CompressionSnapshots
{
    [Fact]
    public void AnnotatedFields_GetTypedSites() => Snapshot.Verify(Consumer.Usings + """
        namespace Demo;

        public sealed partial class Mlp : Module<Tensor, Tensor>
        {
            [Sparsity(0.5, Scope = Scope.PerRow)]
            private readonly Linear up_proj = Linear(64, 256);

            [Sparsity(0.7, Kernel = SparseKernel.Csr)]
            private readonly SparseLinear down_proj = new(256, 64);

            [SemiStructured(2, 4)]
            public Conv2d Mix { get; } = Conv2d(4, 4, 3);

            [KeepDense]
            private readonly Embedding table = Embedding(16, 64);

            public Mlp() : base("Mlp") => RegisterComponents();

            public override Tensor forward(Tensor x) => down_proj.call(up_proj.call(x));
        }
        """);

    [Fact]
    public void AnnotatedClass_ReachesItsLayers_AndNestsThroughModuleLists() => Snapshot.Verify(Consumer.Usings + """
        namespace Demo
        {
            public sealed partial class Attention : Module<Tensor, Tensor>
            {
                [Sparsity(0.5)] private readonly Linear q_proj = Linear(64, 64);
                public Attention() : base("Attention") => RegisterComponents();
                public override Tensor forward(Tensor x) => q_proj.call(x);
            }

            [SemiStructured(2, 4, Purpose = Purpose.Size)]
            public sealed partial class Block : Module<Tensor, Tensor>
            {
                private readonly Attention attention = new();
                private readonly Linear up = Linear(64, 64);
                [KeepDense] private readonly Linear? gate = null;
                private readonly LayerNorm norm = LayerNorm(64);
                public Block() : base("Block") => RegisterComponents();
                public override Tensor forward(Tensor x) => up.call(norm.call(attention.call(x)));
            }

            [Sparsity(0.6, Scope = Scope.Global)]
            public sealed partial class Net : Module<Tensor, Tensor>
            {
                [KeepDense] private readonly Embedding embed = Embedding(16, 64);
                private readonly ModuleList<Block> layers = new(new Block(), new Block());
                [Sparsity(0.9)] private readonly Sequential head = Sequential(Linear(64, 64), ReLU(), Linear(64, 16));
                public Net() : base("Net") => RegisterComponents();
                public override Tensor forward(Tensor x) => head.call(layers[0].call(embed.call(x)));
            }
        }
        """);

    [Fact]
    public void NestedGenericGlobalAndKeywordNames_AreDeclaredAgainAsTheyAre() => Snapshot.Verify(Consumer.Usings + """
        public partial class Outer<TKey>
        {
            internal partial record struct Middle
            {
                internal sealed partial class @class<T> : Module<Tensor, Tensor>
                    where T : Module<Tensor, Tensor>
                {
                    [Sparsity(0.5)] private readonly Linear @event = Linear(4, 4);
                    [Sparsity(0.25)] private readonly T body;
                    public @class(T body) : base("class")
                    {
                        this.body = body;
                        RegisterComponents();
                    }

                    public override Tensor forward(Tensor x) => body.call(@event.call(x));
                }
            }
        }
        """);

    [Fact]
    public void DerivedAnnotatedClass_ExtendsTheCompressionOfItsBase() => Snapshot.Verify(Consumer.Usings + """
        namespace Demo;

        public abstract partial class Base : Module<Tensor, Tensor>
        {
            [Sparsity(0.5)] protected readonly Linear stem = Linear(4, 4);
            protected Base() : base("Base") { }
        }

        public sealed partial class Derived : Base
        {
            [Sparsity(0.7)] private readonly Linear head = Linear(4, 4);
            public Derived() => RegisterComponents();
            public override Tensor forward(Tensor x) => head.call(stem.call(x));
        }
        """);

    [Fact]
    public void BlocksSchedulesAndCriteria_AreWrittenAsFarAsTheyAreNotTheDefault() => Snapshot.Verify(Consumer.Usings + """
        namespace Demo;

        [Sparsity(0.5, Criterion = Criterion.Alps), Gradual(Steps = 500, Ramp = Ramp.Linear, Every = 20, Begin = 100)]
        public sealed partial class Net : Module<Tensor, int, Tensor?, (Tensor, Tensor)>
        {
            private readonly Linear plain = Linear(64, 64);

            [BlockSparsity(0.75, 16, 8, Criterion = Criterion.Movement)]
            [Gradual]
            private readonly Linear blocks = Linear(64, 64);

            [Gradual(Steps = 20, Every = 10, Begin = 0)]
            [SemiStructured(2, 4, Criterion = Criterion.SparseGpt)]
            private readonly Linear pattern = Linear(64, 64);

            [Sparsity(0.5, Criterion = Criterion.Wanda)]
            private readonly Linear wanda = Linear(64, 64);

            [Sparsity(0.5, Criterion = Criterion.Wanda, Scope = Scope.PerRow)]
            private readonly Linear wandaPerRow = Linear(64, 64);

            [Sparsity(0.5, Criterion = Criterion.Wanda, Scope = Scope.PerLayer)]
            private readonly Linear wandaPerLayer = Linear(64, 64);

            [Sparsity(0.5, Criterion = Criterion.Taylor, Scope = Scope.PerLayer)]
            private readonly Linear taylor = Linear(64, 64);

            [BlockSparsity(0.5, 4, 4, Kernel = SparseKernel.Csr), Gradual(Steps = 30)]
            private readonly Sequential many = Sequential(Linear(64, 64));

            public Net() : base("Net") => RegisterComponents();

            public override (Tensor, Tensor) forward(Tensor x, int position, Tensor? mask) => (x, x);
        }
        """);

    [Fact]
    public void ClassThatCannotBeCalled_HasNoForward() => Snapshot.Verify(Consumer.Usings + """
        namespace Demo;

        public abstract partial class Base : Module
        {
            [KeepDense] protected readonly Linear stem = Linear(4, 4);
            protected Base() : base("Base") { }
        }

        public partial class Derived : Base
        {
            [Sparsity(0.7)] private readonly Linear head = Linear(4, 4);
        }
        """);
}
