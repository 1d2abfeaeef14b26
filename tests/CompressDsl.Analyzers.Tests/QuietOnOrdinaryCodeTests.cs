namespace CompressDsl.Analyzers.Tests;

/// <summary>Code that has nothing to do with the language, or uses it as it should be, hears nothing.</summary>
public class QuietOnOrdinaryCodeTests
{
    [Fact]
    public Task Code_without_attributes_is_free()
        => Verify.IsQuietAsync("""
            class Net : Module<Tensor, Tensor>
            {
                static readonly Linear shared = Linear(770, 3);
                private readonly Linear up = Linear(770, 3);
                public List<Linear> Layers { get; set; } = [];

                public Net() : base("Net") => RegisterComponents();

                public override Tensor forward(Tensor x)
                {
                    foreach (var layer in Layers) { x = layer.forward(x); }
                    return shared.forward(up.forward(x));
                }
            }

            class Sparsity { public static void forward() { } }
            """);

    [Fact]
    public Task Attributes_of_others_with_the_same_names_are_theirs()
        => Verify.IsQuietAsync("""
            namespace Others
            {
                class SparsityAttribute(double value) : Attribute { public double Value => value; }
                class DistillFromAttribute(Type type) : Attribute { public Type Type => type; }

                [Sparsity(7)] [DistillFrom(typeof(string))]
                class Net { [Sparsity(9)] static int up; int Up => up; }
            }
            """);

    [Fact]
    public Task Annotated_model_as_it_should_be_is_quiet()
        => Verify.IsQuietAsync("""
            namespace Models;

            public sealed partial class Block<T> : Module<Tensor, Tensor> where T : Module<Tensor, Tensor>
            {
                [Sparsity(0.9, Kernel = SparseKernel.Csr)]
                private readonly SparseLinear up, down;

                [Sparsity(0.5, Criterion = Criterion.Wanda, Kernel = SparseKernel.Bitmask)]
                private readonly SparseLinear mix;

                [SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)]
                private readonly SparseLinear pairs;

                [SemiStructured(2, 4)]
                private readonly Linear gate;

                [KeepDense]
                private readonly LayerNorm norm;

                private readonly T other;

                public Block(int width, T other) : base("Block")
                {
                    up = new SparseLinear(width, 4 * width);
                    down = new SparseLinear(4 * width, width);
                    mix = new SparseLinear(width, width, dtype: bfloat16);
                    pairs = new SparseLinear(width, width);
                    gate = Linear(width, 4 * width);
                    norm = LayerNorm(width);
                    this.other = other;
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x) => norm.call(other.call(pairs.call(mix.call(down.call(up.call(x) * gate.call(x))))));
            }

            public static partial class Models
            {
                [SemiStructured(2, 4)]
                public abstract partial class Base() : Module<Tensor, Tensor>("Model")
                {
                    protected readonly ModuleList<Block<Linear>> layers = [];
                }

                [DistillFrom(typeof(Teacher), T = 4, Alpha = 0.7)]
                internal sealed partial class Student : Base
                {
                    [KeepDense]
                    private readonly Linear head = Linear(768, 10);

                    public override Tensor forward(Tensor x)
                    {
                        foreach (var layer in layers) { x = layer.call(x); }
                        return head.call(x);
                    }
                }
            }

            public class Teacher : Module<Tensor, Tensor>
            {
                private readonly Linear head = Linear(1024, 10);

                public Teacher() : base("Teacher") => RegisterComponents();

                public override Tensor forward(Tensor x) => head.call(x);
            }
            """);

    [Fact]
    public async Task Teacher_in_the_source_of_another_project_breaks_nothing()
    {
        var other = Consumer.Compile(Sources.Pair(teacherWidth: "20", studentWidth: "20")).WithAssemblyName("Other").ToMetadataReference();
        var compilation = Consumer.CompileWith([other], """
            [DistillFrom(typeof(Teacher))]
            public sealed partial class Mine : Module<Tensor, Tensor>
            {
                private readonly Linear head = Linear(4, 10);
                [SemiStructured(2, 4)] private readonly Student student = new();

                public Mine() : base("Mine") { }

                public override Tensor forward(Tensor x) => head.call(student.call(x));
            }

            [Sparsity(0.5, Kernel = SparseKernel.Csr)]
            public partial class Holder() : Module<Tensor, Tensor>("Holder")
            {
                private readonly ModuleList<Other> others = [];

                public override Tensor forward(Tensor x) => x;

                private class Other : Student2;
            }

            public class Student2() : Module<Tensor, Tensor>("Student2") { private readonly Teacher teacher = new(); public override Tensor forward(Tensor x) => teacher.call(x); }
            """);

        Assert.Empty(Consumer.FindErrors(compilation));
        Assert.All(await Consumer.AnalyzeAsync(compilation), static diagnostic => Assert.Equal("CDSL2006", diagnostic.Id));
    }
}
