using CompressDsl.CodeFixes;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>The three ways out of CDSL2001, and what of them leads out of the other rules about kernels.</summary>
public class SparsityFixTests
{
    private const string Id = "CDSL2001";

    [Theory]
    [InlineData("private readonly Linear up = Linear(16, 32);", "private readonly SparseLinear up = new SparseLinear(16, 32);")]
    [InlineData("private readonly Linear? up = nn.Linear(16, 32, hasBias: false);", "private readonly SparseLinear? up = new SparseLinear(16, 32, hasBias: false);")]
    [InlineData("public Linear Up { get; } = torch.nn.Linear(16, 32, false, CPU, float32);", "public SparseLinear Up { get; } = new SparseLinear(16, 32, false, device: CPU, dtype: float32);")]
    [InlineData("private readonly TorchSharp.Modules.Linear up = Linear(outputSize: 32, inputSize: 16, dtype: bfloat16);", "private readonly SparseLinear up = new SparseLinear(outputSize: 32, inputSize: 16, dtype: bfloat16);")]
    [InlineData("private readonly Linear up = Linear(16, 32), down = Linear(32, 16);", "private readonly SparseLinear up = new SparseLinear(16, 32), down = new SparseLinear(32, 16);")]
    [InlineData("private readonly SparseLinear up = new(16, 32);", "private readonly SparseLinear up = new(16, 32);")]
    public Task Sparse_linear_changes_type_creation_and_attribute(string before, string after)
        => new VerifyFix(Id, new UseSparseLinear()).ChangesAllAsync(
            [Net($"[Sparsity(0.5, Scope = Scope.PerRow)] {before}")],
            [Net($"[Sparsity(0.5, Scope = Scope.PerRow, Kernel = SparseKernel.Bitmask)] {after}")]);

    [Theory]
    [InlineData("Purpose = Purpose.Speed, Kernel = SparseKernel.None", "Purpose = Purpose.Speed, Kernel = SparseKernel.Bitmask")]
    [InlineData("Kernel = SparseKernel.None, Scope = Scope.Global", "Kernel = SparseKernel.Bitmask, Scope = Scope.Global")]
    public Task Kernel_that_is_given_is_replaced(string before, string after)
        => new VerifyFix(Id, new UseSparseLinear()).ChangesAsync(
            Net($"[Sparsity(0.5, {before})] private readonly Linear up = Linear(4, 4);"),
            Net($"[Sparsity(0.5, {after})] private readonly SparseLinear up = new SparseLinear(4, 4);"));

    [Fact]
    public Task Sparse_linear_changes_every_constructor_in_every_file()
        => new VerifyFix(Id, new UseSparseLinear()).ChangesAllAsync(
            [
                """
                public partial class Net
                {
                    [Sparsity(0.9)] // most of it
                    private readonly Linear up;

                    public Net(int width) : base("Net") => up = Linear(width, 4);
                }
                """,
                """
                public partial class Net : Module<Tensor, Tensor>
                {
                    public Net() : base("Net") { this.up = nn.Linear(16, 4); }

                    public override Tensor forward(Tensor x) => up.call(x);
                }
                """,
            ],
            [
                """
                public partial class Net
                {
                    [Sparsity(0.9, Kernel = SparseKernel.Bitmask)] // most of it
                    private readonly SparseLinear up;

                    public Net(int width) : base("Net") => up = new SparseLinear(width, 4);
                }
                """,
                """
                public partial class Net : Module<Tensor, Tensor>
                {
                    public Net() : base("Net") { this.up = new SparseLinear(16, 4); }

                    public override Tensor forward(Tensor x) => up.call(x);
                }
                """,
            ]);

    [Fact]
    public Task Sparse_linear_reaches_all_members_of_an_annotated_class()
        => new VerifyFix(Id, new UseSparseLinear()).ChangesAllAsync(
            [Net("private readonly Linear a = Linear(4, 4); private readonly SparseLinear b = new(4, 4); [KeepDense] private readonly Linear c = Linear(4, 4);", "[Sparsity(0.5)] partial class Net")],
            [Net("private readonly SparseLinear a = new SparseLinear(4, 4); private readonly SparseLinear b = new(4, 4); [KeepDense] private readonly Linear c = Linear(4, 4);", "[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] partial class Net")]);

    [Fact]
    public Task Fix_all_writes_one_using_a_file()
    {
        static string Source(string usings, string name, string attribute, string type, string creation) => $$"""
            {{usings}}
            namespace A
            {
                public partial class {{name}} : Module<Tensor, Tensor>
                {
                    [CompressDsl.Sparsity(0.5{{attribute}})] private readonly {{type}} a = {{creation}}(4, 4);
                    [CompressDsl.Sparsity(0.5{{attribute}})] private readonly {{type}} b = {{creation}}(4, 4);

                    public {{name}}() : base("Net") { }

                    public override Tensor forward(Tensor x) => x;
                }
            }
            """;

        const string static_ = "using static TorchSharp.torch;\nusing static TorchSharp.torch.nn;\n";

        return new VerifyFix(Id, new UseSparseLinear()) { WithUsings = false }.ChangesAllAsync(
            [
                Source("using System;\nusing TorchSharp.Modules;\n" + static_, "One", "", "Linear", "Linear"),
                Source("using CompressDsl;\nusing TorchSharp.Modules;\n" + static_, "Two", "", "Linear", "Linear"),
            ],
            [
                Source("using System;\nusing CompressDsl;\nusing TorchSharp.Modules;\n" + static_, "One", ", Kernel = SparseKernel.Bitmask", "SparseLinear", "new SparseLinear"),
                Source("using CompressDsl;\nusing TorchSharp.Modules;\n" + static_, "Two", ", Kernel = SparseKernel.Bitmask", "SparseLinear", "new SparseLinear"),
            ]);
    }

    [Fact]
    public Task Names_that_mean_something_else_here_are_written_in_full()
        => new VerifyFix(Id, new UseSparseLinear()).ChangesAsync(
            Net("[Sparsity(0.5)] private readonly Linear up = Linear(4, 4); private int SparseKernel() => 0; private class SparseLinear { }"),
            Net("[Sparsity(0.5, Kernel = global::CompressDsl.SparseKernel.Bitmask)] private readonly global::CompressDsl.SparseLinear up = new global::CompressDsl.SparseLinear(4, 4); private int SparseKernel() => 0; private class SparseLinear { }"));

    [Theory]
    [InlineData("Sparsity(0.5)", "SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)")]
    [InlineData("Sparsity(0.5, Criterion = Criterion.Magnitude, Scope = Scope.Global, Kernel = SparseKernel.None)", "SemiStructured(2, 4, Criterion = Criterion.Magnitude, Kernel = SparseKernel.SemiStructured)")]
    [InlineData("CompressDsl.Sparsity(sparsity: 0.5)", "CompressDsl.SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)")]
    [InlineData("BlockSparsity(0.5, 4, 4), Gradual", "SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured), Gradual")]
    [InlineData("CompressDsl.BlockSparsity(0.5, 4, 4)", "CompressDsl.SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)")]
    [InlineData("SparsityAttribute(0.5)", "global::CompressDsl.SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)")]
    public Task Semi_structured_replaces_the_attribute_keeps_the_criterion_and_brings_its_kernel(string before, string after)
        => new VerifyFix(Id, new UseSemiStructured()).ChangesAllAsync(
            [Net($"[{before}, Obsolete] private readonly Linear up = Linear(4, 4);")],
            [Net($"[{after}, Obsolete] private readonly SparseLinear up = new SparseLinear(4, 4);")]);

    [Theory]
    [InlineData("Linear up = Make();")]
    [InlineData("Linear up = Linear(4, 4, dtype: float64);")]
    [InlineData("Sequential up = Sequential();")]
    public Task Semi_structured_is_the_pattern_alone_where_its_kernel_finds_no_layer(string member)
        => new VerifyFix(Id, new UseSemiStructured()).ChangesAsync(
            Net($"private static Linear Make() => Linear(16, 4); [Sparsity(0.5)] private readonly {member}"),
            Net($"private static Linear Make() => Linear(16, 4); [SemiStructured(2, 4)] private readonly {member}"));

    [Theory]
    [InlineData("Sparsity(0.5)", "Sparsity(0.5, Purpose = Purpose.Size)")]
    [InlineData("Sparsity(0.5, Purpose = Purpose.Speed, Scope = Scope.Global)", "Sparsity(0.5, Purpose = Purpose.Size, Scope = Scope.Global)")]
    public Task Size_is_declared(string before, string after)
        => new VerifyFix(Id, new DeclarePurposeSize()).ChangesAllAsync(
            [Net($"[{before}] private readonly Conv2d up = Conv2d(1, 1, 1);"), $$"""namespace A { {{Net("private readonly Linear up = Linear(4, 4);", $"[{before}] partial class Net")}} }"""],
            [Net($"[{after}] private readonly Conv2d up = Conv2d(1, 1, 1);"), $$"""namespace A { {{Net("private readonly Linear up = Linear(4, 4);", $"[{after}] partial class Net")}} }"""]);

    [Theory]
    [InlineData("Linear up = Linear(16, 4);", "Use SparseLinear with the Bitmask kernel", "Use SparseLinear with [SemiStructured(2, 4)]")]
    [InlineData("Linear up = Linear(18, 4);", "Use SparseLinear with the Bitmask kernel", null)]
    [InlineData("Linear up = Linear(16, 4), down = Linear(18, 4);", "Use SparseLinear with the Bitmask kernel", null)]
    [InlineData("Linear up = Linear(16, 4), down = Make();", null, "Use [SemiStructured(2, 4)]")]
    [InlineData("Linear up = Linear(16, 4, dtype: float64);", null, "Use [SemiStructured(2, 4)]")]
    [InlineData("Linear up = Make();", null, "Use [SemiStructured(2, 4)]")]
    [InlineData("Linear up = Linear(rand(1).AsParameter());", null, "Use [SemiStructured(2, 4)]")]
    [InlineData("SparseLinear up = new(16, 4);", "Use the Bitmask kernel", "Use [SemiStructured(2, 4)]")]
    [InlineData("Conv2d up = Conv2d(1, 1, 1);", null, null)]
    [InlineData("Embedding up = Embedding(4, 4);", null, null)]
    [InlineData("Sequential up = Sequential();", null, "Use [SemiStructured(2, 4)]")]
    public async Task Only_what_is_safe_is_offered(string member, string? sparseLinear, string? semiStructured)
    {
        var source = Net($"private static Linear Make() => Linear(16, 4); [Sparsity(0.5)] private readonly {member}");

        Assert.Equal(Titles(sparseLinear), await new VerifyFix(Id, new UseSparseLinear()).TitlesAsync(source));
        Assert.Equal(Titles(semiStructured), await new VerifyFix(Id, new UseSemiStructured()).TitlesAsync(source));
        Assert.Equal(["Declare Purpose = Purpose.Size"], await new VerifyFix(Id, new DeclarePurposeSize()).TitlesAsync(source));
    }

    [Fact]
    public async Task Kernel_that_would_be_no_faster_is_not_offered()
        => Assert.Empty(await new VerifyFix(Id, new UseSparseLinear()).TitlesAsync(Net("[Sparsity(0.05)] private readonly Linear up = Linear(4, 4);")));

    [Fact]
    public async Task Kernel_for_pairs_that_cannot_hold_the_zeros_is_replaced_whatever_they_are_for()
    {
        const string layer = "private readonly SparseLinear up = new(4, 4);";
        var source = Net($"[Sparsity(0.5, Kernel = SparseKernel.SemiStructured)] {layer}");

        await new VerifyFix(Id, new UseSparseLinear()).ChangesAsync(source, Net($"[Sparsity(0.5, Kernel = SparseKernel.Bitmask)] {layer}"));
        await new VerifyFix(Id, new UseSemiStructured()).ChangesAsync(source, Net($"[SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)] {layer}"));
        Assert.Empty(await new VerifyFix(Id, new DeclarePurposeSize()).TitlesAsync(source));
    }

    [Fact]
    public async Task Class_with_layers_that_no_kernel_fits_is_not_offered_one()
        => Assert.Empty(await new VerifyFix(Id, new UseSparseLinear()).TitlesAsync(
            Net("private readonly Linear a = Linear(4, 4); private readonly Conv2d b = Conv2d(1, 1, 1);", "[Sparsity(0.5)] partial class Net")));

    private static string[] Titles(string? title) => title is null ? [] : [title];
}
