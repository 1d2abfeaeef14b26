using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class InputMustBeMultipleOfPatternTests
{
    private const string Id = "CDSL2003";

    [Theory]
    [InlineData("Linear(770, 768)")]
    [InlineData("nn.Linear(770, 768)")]
    [InlineData("torch.nn.Linear(outputSize: 768, inputSize: 770L)")]
    [InlineData("(Linear(Width + 2, 768)!)")]
    public async Task Input_that_does_not_divide_is_reported_on_the_attribute(string creation)
    {
        var found = await Verify.ReportsAsync(Id, Net($"private const short Width = 768; [[|SemiStructured(2, 4)|]] private readonly Linear up = {creation};"));
        Assert.Equal("'up' has an input of 770, which 2:4 does not divide into whole groups of 4; the next size that fits is 772", found[0].Message());
    }

    [Fact]
    public Task Sparse_linear_and_property_are_read_too()
        => Verify.ReportsAsync(
            Id,
            Net("""
                [[|SemiStructured(2, 4)|]] private readonly SparseLinear up = new(770, 8);
                [[|SemiStructured(1, 3)|]] [field: TorchSharp.Utils.ComponentName(Name = "Down")] public SparseLinear Down { get; } = new SparseLinear(outputSize: 3, inputSize: 8);
                """));

    [Theory]
    [InlineData("Linear(100, 64)", "'up' has an input of 100, which a block of 16 x 8 does not divide into whole blocks of 8 columns; the next size that fits is 104")]
    [InlineData("Linear(64, outputSize: 100)", "'up' has an output of 100, which a block of 16 x 8 does not divide into whole blocks of 16 rows; the next size that fits is 112")]
    public async Task Layer_that_blocks_do_not_cover_is_reported_on_the_attribute(string creation, string message)
    {
        var found = await Verify.ReportsAsync(Id, Net($"[[|BlockSparsity(0.5, 16, 8, Purpose = Purpose.Size)|]] private readonly Linear up = {creation};"));
        Assert.Equal(message, found[0].Message());
    }

    [Fact]
    public async Task Both_sides_of_a_layer_are_said()
    {
        const string attribute = "BlockSparsity(0.9, 3, 5, Kernel = SparseKernel.Csr)";
        var compilation = Consumer.Compile(Net("private readonly SparseLinear up = new(4, 4);", $"[{attribute}] partial class Net"));
        var found = await Consumer.AnalyzeAsync(compilation);
        Assert.All(found, static diagnostic => Assert.Equal(Id, diagnostic.Id));
        Assert.Equal(2, found.Length);
    }

    [Theory]
    [InlineData("Linear(64, 32)")]
    [InlineData("Linear(Width, Width)")]
    [InlineData("Linear(8, Width)")]
    public Task Layer_that_blocks_cover_or_whose_size_cannot_be_known_is_quiet(string creation)
        => Verify.IsQuietAsync(
            Net($"private static readonly int Width = 770; [BlockSparsity(0.5, 16, 8, Purpose = Purpose.Size)] private readonly Linear up = {creation};"));

    [Fact]
    public Task Attribute_of_the_class_is_reported_for_each_layer_that_follows_it()
        => Verify.ReportsAsync(
            Id,
            Net("private readonly Linear up = Linear(10, 4); private readonly Linear down = Linear(12, 4); [KeepDense] private readonly Linear head = Linear(10, 4);",
                "[[|SemiStructured(2, 4)|]] partial class Net"));

    [Fact]
    public Task One_of_several_constructors_is_enough()
        => Verify.ReportsAsync(Id, """
            public sealed partial class Net<T> : Module<Tensor, Tensor>
            {
                [[|SemiStructured(2, 4)|]]
                private readonly Linear up;

                public Net(int width) : base("Net") => up = Linear(width, 4);

                public Net() : base("Net") => this.up = Linear(770, 4);

                public override Tensor forward(Tensor x) => up.call(x);
            }
            """);

    [Fact]
    public Task Constructor_in_another_file_is_read()
        => Verify.ReportsAsync(
            Id,
            "public partial class Net { [[|SemiStructured(2, 4)|]] private readonly Linear up; }",
            """
            public partial class Net : Module<Tensor, Tensor>
            {
                public Net() : base("Net") { up = Linear(770, 4); }

                public override Tensor forward(Tensor x) => up.call(x);
            }
            """);

    [Theory]
    [InlineData("Linear(768, 770)")]
    [InlineData("Linear(Width, 768)")]
    [InlineData("Linear(int.Parse(\"770\"), 768)")]
    [InlineData("Make(770)")]
    [InlineData("Linear(torch.rand(770, 770).AsParameter())")]
    public Task Input_that_divides_or_cannot_be_known_is_quiet(string creation)
        => Verify.IsQuietAsync(Net($"private static readonly int Width = 770; private static Linear Make(int width) => Linear(width, 4); [SemiStructured(2, 4)] private readonly Linear up = {creation};"));

    [Fact]
    public Task Same_name_in_another_class_is_another_member()
        => Verify.IsQuietAsync("""
            public sealed partial class Net : Module<Tensor, Tensor>
            {
                [SemiStructured(2, 4)]
                private readonly Linear up;

                public Net() : base("Net") => (up, _) = (Linear(8, 4), new Inner());

                public override Tensor forward(Tensor x) => up.call(x);

                private sealed class Inner : Module<Tensor, Tensor>
                {
                    private readonly Linear up;

                    public Inner() : base("Inner") => up = Linear(770, 4);

                    public override Tensor forward(Tensor x) => up.call(x);
                }
            }
            """);

    [Fact]
    public Task Layers_that_are_not_linear_are_quiet()
        => Verify.ReportsAmongAsync(Id, ["CDSL2007"], Net("[SemiStructured(2, 4)] private readonly Conv2d up = Conv2d(3, 8, 3); [SemiStructured(2, 4)] private readonly Embedding words = Embedding(10, 7);"));
}
