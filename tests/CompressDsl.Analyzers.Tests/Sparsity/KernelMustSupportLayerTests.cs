using CompressDsl.CodeFixes;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class KernelMustSupportLayerTests
{
    private const string Id = "CDSL2006";

    [Theory]
    [InlineData("[Sparsity(0.5, [|Kernel = SparseKernel.Bitmask|])] private readonly Conv2d up = Conv2d(4, 4, 1);", "Bitmask", "'up' holds 'Conv2d'")]
    [InlineData("[Sparsity(0.5, [|Kernel = SparseKernel.Bitmask|])] private readonly Embedding up = Embedding(4, 4);", "Bitmask", "'up' holds 'Embedding'")]
    [InlineData("[Sparsity(0.5, [|Kernel = SparseKernel.Bitmask|])] private readonly Parameter up = null!;", "Bitmask", "'up' holds 'Parameter'")]
    [InlineData("[Sparsity(0.9, [|Kernel = SparseKernel.Csr|])] private readonly Linear? up = Linear(4, 4);", "Csr", "'up' holds 'Linear'")]
    [InlineData("[Sparsity(0.2, [|Kernel = SparseKernel.Csr|], Scope = Scope.PerRow)] [field: TorchSharp.Utils.ComponentName(Name = \"up\")] public Linear up { get; } = Linear(4, 4);", "Csr", "'up' holds 'Linear'")]
    [InlineData("[Sparsity(0.5, [|Kernel = SparseKernel.SemiStructured|])] private readonly Linear up = Linear(4, 4);", "SemiStructured", "'up' holds 'Linear'")]
    [InlineData("[SemiStructured(2, 4, [|Kernel = SparseKernel.SemiStructured|])] private readonly Linear up = Linear(4, 4);", "SemiStructured", "'up' holds 'Linear'")]
    [InlineData("[SemiStructured(4, 8, [|Kernel = SparseKernel.SemiStructured|])] private readonly Linear up = Linear(8, 4);", "SemiStructured", "'up' holds 'Linear'")]
    [InlineData("[BlockSparsity(0.5, 2, 2, [|Kernel = SparseKernel.Bitmask|])] private readonly Conv1d up = Conv1d(4, 4, 1);", "Bitmask", "'up' holds 'Conv1d'")]
    [InlineData("[Sparsity(0.5, [|Kernel = SparseKernel.Bitmask|], Purpose = Purpose.Size)] private readonly Conv2d up = Conv2d(4, 4, 1);", "Bitmask", "'up' holds 'Conv2d'")]
    [InlineData("[Sparsity(0.5, [|Kernel = SparseKernel.Bitmask|]), Gradual] private readonly ModuleList<Conv2d> up = [];", "Bitmask", "'up' holds 'Conv2d'")]
    [InlineData("[Sparsity(0.5, [|Kernel = SparseKernel.Bitmask|])] private readonly Plain up = new();", "Bitmask", "'inner' holds 'Linear'")]
    public async Task Kernel_for_a_layer_with_dense_storage_only_is_reported_where_it_is_named(string member, string kernel, string reason)
    {
        var found = await Verify.ReportsAmongAsync(Id, ["CDSL2007"], Net(member), Module("Plain", "private readonly Linear inner = Linear(4, 4);"));
        Assert.Equal($"SparseKernel.{kernel} does not support 'up': {reason}, and only a SparseLinear can change its storage", found[0].Message());
    }

    [Theory]
    [InlineData("[Sparsity(0.5, [|Kernel = SparseKernel.Bitmask|])] private readonly SparseLinear up = new(4, 4, dtype: float64);", "it multiplies in Float32 and BFloat16, and 'up' is created in Float64")]
    [InlineData("[Sparsity(0.5, [|Kernel = SparseKernel.Bitmask|])] private readonly SparseLinear up = new(4, 4, dtype: ScalarType.Float16);", "created in Float16")]
    [InlineData("[SemiStructured(2, 4, [|Kernel = SparseKernel.SemiStructured|])] private readonly SparseLinear up = new(4, 4, dtype: float16);", "created in Float16")]
    [InlineData("[Sparsity(0.9, [|Kernel = SparseKernel.Csr|])] private readonly SparseLinear up = new(4, 4, dtype: float16);", "it multiplies in Float32, Float64 and BFloat16, and")]
    [InlineData("[[|Sparsity(0.5)|]] private readonly SparseLinear up = new(4, 4, true, SparseKernel.Bitmask, null, float64);", "created in Float64")]
    public async Task Kernel_for_numbers_that_it_does_not_know_is_reported(string member, string reason)
    {
        var found = await Verify.ReportsAsync(Id, Net(member));
        Assert.Contains(reason, found[0].Message());
    }

    [Theory]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(4, 4);")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(4, 4, dtype: float32), down = new(4, 4, dtype: bfloat16);")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(4, 4, dtype: Chosen()); private static ScalarType Chosen() => float64;")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(4, 4, dtype: null);")]
    [InlineData("[Sparsity(0.9, Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(4, 4, dtype: float64);")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.None, Purpose = Purpose.Size)] private readonly Conv2d up = Conv2d(4, 4, 1);")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly ModuleList<SparseLinear> up = [];")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly Sequential up = Sequential(Conv2d(4, 4, 1));")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly Module<Tensor, Tensor> up = null!;")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask, Purpose = Purpose.Size)] private readonly Own up = new();")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly Empty up = new();")]
    public Task Kernel_that_a_layer_takes_or_may_take_is_quiet(string member)
        => Verify.IsQuietAsync(
            Net(member),
            "public class Own() : Sequential(new Module<Tensor, Tensor>[0]) { private readonly Conv2d inner = Conv2d(4, 4, 1); }",
            Module("Empty", "private readonly Dropout inner = Dropout();"));

    [Theory]
    [InlineData("private readonly Linear up = Linear(4, 4);")]
    [InlineData("private readonly Conv2d up = Conv2d(4, 4, 1); private readonly ModuleList<Conv1d> more = []; [KeepDense] private readonly SparseLinear head = new(4, 4);")]
    public Task Kernel_of_a_class_without_layers_that_can_take_it_is_reported(string members)
        => Verify.ReportsAsync(Id, Net(members, "[Sparsity(0.9, [|Kernel = SparseKernel.Csr|])] partial class Net"));

    [Theory]
    [InlineData("private readonly Conv2d up = Conv2d(4, 4, 1); private readonly SparseLinear down = new(4, 4);")]
    [InlineData("private readonly Conv2d up = Conv2d(4, 4, 1); private readonly Sequential down = Sequential();")]
    [InlineData("private readonly Conv2d up = Conv2d(4, 4, 1); private readonly Held down = new();")]
    public Task Kernel_of_a_class_is_not_reported_where_a_layer_takes_it_or_may(string members)
        => Verify.ReportsAsync(
            "CDSL2001",
            Net(members, "[[|Sparsity(0.9, Kernel = SparseKernel.Csr)|]] partial class Net"),
            Module("Held", "private readonly ModuleList<SparseLinear> inner = [];"));

    [Fact]
    public Task Sparse_linear_takes_the_kernel_that_is_named_where_it_holds_the_zeros()
        => new VerifyFix(Id, new UseSparseLinear()).ChangesAllAsync(
            [
                Net("""
                    [Sparsity(0.9, Kernel = SparseKernel.Csr)] private readonly Linear a = Linear(8, 4);
                    [Sparsity(0.2, Kernel = SparseKernel.Csr)] private readonly Linear b = Linear(8, 4);
                    [Sparsity(0.5, Kernel = SparseKernel.SemiStructured)] private readonly Linear c = Linear(8, 4);
                    [SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)] private readonly Linear d = Linear(8, 4);
                    [SemiStructured(4, 8, Kernel = SparseKernel.SemiStructured)] private readonly Linear e = Linear(8, 4);
                    """),
                $$"""namespace A { {{Net("private readonly Linear a = Linear(4, 4);", "[SemiStructured(2, 4, Kernel = SparseKernel.Bitmask)] partial class Net")}} }""",
            ],
            [
                Net("""
                    [Sparsity(0.9, Kernel = SparseKernel.Csr)] private readonly SparseLinear a = new SparseLinear(8, 4);
                    [Sparsity(0.2, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear b = new SparseLinear(8, 4);
                    [Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear c = new SparseLinear(8, 4);
                    [SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)] private readonly SparseLinear d = new SparseLinear(8, 4);
                    [SemiStructured(4, 8, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear e = new SparseLinear(8, 4);
                    """),
                $$"""namespace A { {{Net("private readonly SparseLinear a = new SparseLinear(4, 4);", "[SemiStructured(2, 4, Kernel = SparseKernel.Bitmask)] partial class Net")}} }""",
            ]);

    [Theory]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly Conv2d up = Conv2d(4, 4, 1);")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(4, 4, dtype: float64);")]
    [InlineData("[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] private readonly Linear up = Linear(4, 4, dtype: float64);")]
    public async Task Sparse_linear_is_not_offered_where_it_would_not_do(string member)
        => Assert.Empty(await new VerifyFix(Id, new UseSparseLinear()).TitlesAsync(Net(member)));

    private static string Module(string name, string members) => Net(members, "public partial class Net").Replace("Net", name);
}
