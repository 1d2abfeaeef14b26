using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class SparsityNeedsKernelPathTests
{
    private const string Id = "CDSL2001";

    [Theory]
    [InlineData("[[|Sparsity(0.5)|]] private readonly Linear up = Linear(4, 4);", "'up' holds 'Linear', which cannot change its storage")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly Linear? up;", "'up' holds 'Linear', which cannot change its storage")]
    [InlineData("[[|Sparsity(0.5, Purpose = Purpose.Speed)|]] [field: TorchSharp.Utils.ComponentName(Name = \"Up\")] public Linear Up { get; } = Linear(4, 4);", "'Up' holds 'Linear'")]
    [InlineData("[[|Sparsity(0.5, Kernel = SparseKernel.None)|]] private readonly Conv2d up = Conv2d(1, 1, 1);", "'up' holds 'Conv2d'")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly Embedding up = Embedding(1, 1);", "'up' holds 'Embedding'")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly Parameter up = null!;", "'up' holds 'Parameter'")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly SparseLinear up = new(4, 4);", "no kernel is chosen for 'up'")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly SparseLinear up = new(4, 4, kernel: SparseKernel.None);", "no kernel is chosen for 'up'")]
    [InlineData("[[|Sparsity(0.5, Kernel = SparseKernel.None)|]] private readonly SparseLinear up = new(4, 4);", "SparseKernel.None keeps 'up' in dense storage")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly ModuleList<Linear> up = [];", "'up' holds 'Linear'")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly ModuleDict<SparseLinear> up = [];", "no kernel is chosen for 'up'")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly Sequential up = Sequential(Linear(4, 4));", "no kernel is chosen for what 'up' holds")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly Plain up = new();", "'inner' holds 'Linear'")]
    public async Task Sparsity_for_speed_in_dense_storage_is_reported_on_the_attribute(string member, string reason)
    {
        var found = await Verify.ReportsAmongAsync(Id, ["CDSL2007"], Net(member), Module("Plain", "private readonly Linear inner = Linear(4, 4);"));
        Assert.Contains(reason, found[0].Message());
    }

    [Fact]
    public async Task Blocks_for_speed_in_dense_storage_are_reported_too()
    {
        var found = await Verify.ReportsAsync(
            Id,
            Net("""
                [[|BlockSparsity(0.5, 2, 2)|]] private readonly Linear a = Linear(4, 4);
                [[|BlockSparsity(0.5, 2, 2)|], Gradual] private readonly SparseLinear b = new(4, 4);
                """));
        Assert.StartsWith("The zeros of [BlockSparsity] on 'a' are stored and multiplied", found[0].Message());
    }

    [Theory]
    [InlineData("[[|Sparsity(0.5, Kernel = SparseKernel.SemiStructured)|]] private readonly SparseLinear up = new(4, 4);")]
    [InlineData("[[|BlockSparsity(0.5, 2, 2, Kernel = SparseKernel.SemiStructured)|]] private readonly SparseLinear up = new(4, 4);")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly SparseLinear up = new(4, 4, kernel: SparseKernel.SemiStructured);")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly SparseLinear up = new(4, 4) { Kernel = SparseKernel.SemiStructured };")]
    [InlineData("[[|Sparsity(0.5, Kernel = SparseKernel.SemiStructured)|]] private readonly Sequential up = Sequential();")]
    public async Task Kernel_for_pairs_is_none_for_zeros_anywhere(string member)
    {
        var found = await Verify.ReportsAsync(Id, Net(member));
        Assert.Contains("SparseKernel.SemiStructured holds two of every four neighbours at most, and more can be left in 'up'", found[0].Message());
    }

    [Theory]
    [InlineData("[BlockSparsity(0.9, 2, 2, Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(4, 4);")]
    [InlineData("[BlockSparsity(0.5, 2, 2, Purpose = Purpose.Size)] private readonly Linear up = Linear(4, 4);")]
    [InlineData("[Sparsity(0.9, Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(4, 4);")]
    [InlineData("[Sparsity(0.9)] private readonly SparseLinear up = new(4, 4, kernel: SparseKernel.Csr);")]
    [InlineData("[Sparsity(0.5)] private readonly SparseLinear up = new(4, 4, kernel: SparseKernel.Bitmask);")]
    [InlineData("[Sparsity(0.5)] private readonly SparseLinear up = new(4, 4) { Kernel = SparseKernel.Bitmask };")]
    [InlineData("[Sparsity(0.5)] private readonly SparseLinear up = new(4, 4); private void Choose() => up.Kernel = SparseKernel.Bitmask;")]
    [InlineData("[Sparsity(0.5)] private readonly SparseLinear up = Make(); private static SparseLinear Make() => new(4, 4);")]
    [InlineData("[Sparsity(0.5)] private readonly SparseLinear up = new(4, 4, true, Enum.Parse<SparseKernel>(\"Csr\"));")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(4, 4);")]
    [InlineData("[Sparsity(0.5, Purpose = Purpose.Size)] private readonly Linear up = Linear(4, 4);")]
    [InlineData("[Sparsity(0.5, Purpose = Purpose.Size)] private readonly Sequential up = Sequential();")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.None, Purpose = Purpose.Size)] private readonly SparseLinear up = new(4, 4);")]
    [InlineData("[Sparsity(0.9, Kernel = SparseKernel.Csr)] private readonly ModuleList<SparseLinear> up = [];")]
    [InlineData("[Sparsity(0.9, Kernel = SparseKernel.Csr)] private readonly Sequential up = Sequential();")]
    [InlineData("[Sparsity(0.5)] private readonly Empty up = new();")]
    [InlineData("[Sparsity(0.5)] private readonly Annotated up = new();")]
    [InlineData("[SemiStructured(2, 4)] private readonly Linear up = Linear(4, 4);")]
    [InlineData("[SemiStructured(2, 4)] private readonly SparseLinear up = new(4, 4);")]
    [InlineData("[KeepDense] private readonly Linear up = Linear(4, 4);")]
    [InlineData("private readonly Linear up = Linear(4, 4);")]
    public Task Sparsity_with_a_kernel_or_another_purpose_is_quiet(string member)
        => Verify.IsQuietAsync(
            Net(member),
            Module("Empty", "private readonly Dropout inner = Dropout();"),
            Module("Annotated", "[KeepDense] private readonly Linear inner = Linear(4, 4);"));

    [Theory]
    [InlineData("private readonly Linear up = Linear(4, 4);")]
    [InlineData("private readonly ModuleList<Conv1d> convolutions = [];")]
    [InlineData("private readonly ModuleList<Block> blocks = [];")]
    [InlineData("private readonly Block<Block> deep = new();")]
    public Task Attribute_of_a_class_is_reported_once_for_the_layers_that_can_be_seen(string members)
        => Verify.ReportsAsync(
            Id,
            Net(members + " private readonly Linear other = Linear(4, 4);", "[[|Sparsity(0.5)|]] partial class Net"),
            Module("Block", "private readonly Linear inner = Linear(4, 4); private readonly Block? next;"),
            Module("Block<T>", "private readonly T held = default!;", "where T : Module"));

    [Theory]
    [InlineData("")]
    [InlineData("private readonly Sequential up = Sequential();")]
    [InlineData("private readonly Embedding up = Embedding(4, 4);")]
    [InlineData("private static readonly Linear up = Linear(4, 4);")]
    [InlineData("[SemiStructured(2, 4)] private readonly Linear up = Linear(4, 4);")]
    [InlineData("private readonly ModuleList<Block> blocks = [];")]
    public Task Attribute_of_a_class_without_visible_dense_layers_is_quiet(string members)
        => Verify.IsQuietAsync(
            Net(members, "[Sparsity(0.5)] partial class Net"),
            Module("Block", "private readonly Linear inner = Linear(4, 4); private readonly Block? next;").Replace("public partial", "[KeepDense] public partial"));

    [Fact]
    public async Task Kernel_of_a_class_that_only_some_of_its_layers_take_leaves_the_others_dense()
    {
        var found = await Verify.ReportsAsync(
            Id,
            Net("private readonly SparseLinear up = new(4, 4); private readonly Linear down = Linear(4, 4);", "[[|Sparsity(0.9, Kernel = SparseKernel.Csr)|]] partial class Net"));
        Assert.Contains("'down' holds 'Linear', which cannot change its storage", found[0].Message());
    }

    [Fact]
    public async Task Kernel_of_a_layer_in_another_project_cannot_be_seen()
    {
        var other = Consumer.Compile(Module("Held", "private readonly SparseLinear up = new(4, 4, kernel: SparseKernel.Csr);")).WithAssemblyName("Other").ToMetadataReference();
        var compilation = Consumer.CompileWith([other], Net("[Sparsity(0.5)] private readonly Held held = new();"));

        Assert.Empty(Consumer.FindErrors(compilation));
        Assert.Empty(await Consumer.AnalyzeAsync(compilation));
    }

    [Fact]
    public Task Inherited_layers_of_an_annotated_class_are_seen()
        => Verify.ReportsAsync(
            Id,
            "public abstract class Base() : Module<Tensor, Tensor>(\"Base\") { protected readonly Linear up = Linear(4, 4); }",
            "[[|Sparsity(0.5)|]] public partial class Net : Base { public override Tensor forward(Tensor x) => x; }");

    [Fact]
    public Task Attribute_that_breaks_another_rule_is_left_to_that()
        => Verify.ReportsAmongAsync(
            Id,
            ["CDSL1003", "CDSL1004", "CDSL1006", "CDSL1008"],
            Net("""
                [Sparsity(0.5), SemiStructured(2, 4)] private readonly Linear a = Linear(4, 4);
                [Sparsity(1.5)] private readonly Linear b = Linear(4, 4);
                [Sparsity(0.5)] private readonly Dropout c = Dropout();
                [Sparsity(0.5)] private static readonly Linear d = Linear(4, 4);
                """));

    [Fact]
    public Task Class_that_is_not_partial_yet_is_told_all_the_same()
        => Verify.ReportsAmongAsync(Id, ["CDSL1001"], Net("[[|Sparsity(0.5)|]] private readonly Linear up = Linear(4, 4);", "class Net"));

    [Fact]
    public Task Recursive_and_generic_classes_end()
        => Verify.IsQuietAsync(
            Net("[Sparsity(0.9, Kernel = SparseKernel.Csr)] private readonly Node<int> node = null!;"),
            Module("Node<T>", "private readonly Node<List<T>>? next; private readonly ModuleList<Node<T>> all = [];"));

    private static string Module(string name, string members, string constraints = "")
        => $$"""
            public partial class {{name}}() : Module<Tensor, Tensor>("Module") {{constraints}}
            {
                {{members}}

                public override Tensor forward(Tensor x) => x;
            }
            """;
}
