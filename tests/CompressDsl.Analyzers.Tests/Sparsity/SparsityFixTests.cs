using CompressDsl.CodeFixes;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>The three ways out of CDSL2001.</summary>
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
            [Net($"[Sparsity(0.5, Scope = Scope.PerRow, Kernel = SparseKernel.Csr)] {after}")]);

    [Theory]
    [InlineData("Kernel = SparseKernel.None, Scope = Scope.Global", "Kernel = SparseKernel.Csr, Scope = Scope.Global")]
    [InlineData("Kernel = SparseKernel.Csr", "Kernel = SparseKernel.Csr")]
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
                    [Sparsity(0.9, Kernel = SparseKernel.Csr)] // most of it
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
            [Net("private readonly SparseLinear a = new SparseLinear(4, 4); private readonly SparseLinear b = new(4, 4); [KeepDense] private readonly Linear c = Linear(4, 4);", "[Sparsity(0.5, Kernel = SparseKernel.Csr)] partial class Net")]);

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
                Source("using System;\nusing CompressDsl;\nusing TorchSharp.Modules;\n" + static_, "One", ", Kernel = SparseKernel.Csr", "SparseLinear", "new SparseLinear"),
                Source("using CompressDsl;\nusing TorchSharp.Modules;\n" + static_, "Two", ", Kernel = SparseKernel.Csr", "SparseLinear", "new SparseLinear"),
            ]);
    }

    [Fact]
    public Task Names_that_mean_something_else_here_are_written_in_full()
        => new VerifyFix(Id, new UseSparseLinear()).ChangesAsync(
            Net("[Sparsity(0.5)] private readonly Linear up = Linear(4, 4); private int SparseKernel() => 0; private class SparseLinear { }"),
            Net("[Sparsity(0.5, Kernel = global::CompressDsl.SparseKernel.Csr)] private readonly global::CompressDsl.SparseLinear up = new global::CompressDsl.SparseLinear(4, 4); private int SparseKernel() => 0; private class SparseLinear { }"));

    [Theory]
    [InlineData("Sparsity(0.5)", "SemiStructured(2, 4)")]
    [InlineData("Sparsity(0.5, Criterion = Criterion.Magnitude, Scope = Scope.Global, Kernel = SparseKernel.None)", "SemiStructured(2, 4, Criterion = Criterion.Magnitude)")]
    [InlineData("CompressDsl.Sparsity(sparsity: 0.5)", "CompressDsl.SemiStructured(2, 4)")]
    [InlineData("BlockSparsity(0.5, 4, 4, Kernel = SparseKernel.Csr), Gradual", "SemiStructured(2, 4), Gradual")]
    [InlineData("CompressDsl.BlockSparsity(0.5, 4, 4)", "CompressDsl.SemiStructured(2, 4)")]
    [InlineData("SparsityAttribute(0.5)", "global::CompressDsl.SemiStructured(2, 4)")]
    public Task Semi_structured_replaces_the_attribute_and_keeps_the_criterion(string before, string after)
        => new VerifyFix(Id, new UseSemiStructured()).ChangesAllAsync(
            [Net($"[{before}, Obsolete] private readonly Linear up = Linear(4, 4);")],
            [Net($"[{after}, Obsolete] private readonly Linear up = Linear(4, 4);")]);

    [Theory]
    [InlineData("Sparsity(0.5)", "Sparsity(0.5, Purpose = Purpose.Size)")]
    [InlineData("Sparsity(0.5, Purpose = Purpose.Speed, Scope = Scope.Global)", "Sparsity(0.5, Purpose = Purpose.Size, Scope = Scope.Global)")]
    public Task Size_is_declared(string before, string after)
        => new VerifyFix(Id, new DeclarePurposeSize()).ChangesAllAsync(
            [Net($"[{before}] private readonly Conv2d up = Conv2d(1, 1, 1);"), $$"""namespace A { {{Net("private readonly Linear up = Linear(4, 4);", $"[{before}] partial class Net")}} }"""],
            [Net($"[{after}] private readonly Conv2d up = Conv2d(1, 1, 1);"), $$"""namespace A { {{Net("private readonly Linear up = Linear(4, 4);", $"[{after}] partial class Net")}} }"""]);

    [Theory]
    [InlineData("Linear up = Linear(16, 4);", true, true)]
    [InlineData("Linear up = Linear(18, 4);", true, false)]
    [InlineData("Linear up = Make();", false, true)]
    [InlineData("Linear up = Linear(rand(1).AsParameter());", false, true)]
    [InlineData("Conv2d up = Conv2d(1, 1, 1);", false, false)]
    [InlineData("Embedding up = Embedding(4, 4);", false, false)]
    [InlineData("Sequential up = Sequential();", false, true)]
    public async Task Only_what_is_safe_is_offered(string member, bool offersSparseLinear, bool offersSemiStructured)
    {
        var source = Net($"private static Linear Make() => Linear(16, 4); [Sparsity(0.5)] private readonly {member}");

        Assert.Equal(offersSparseLinear ? ["Use SparseLinear with the Csr kernel"] : [], await new VerifyFix(Id, new UseSparseLinear()).TitlesAsync(source));
        Assert.Equal(offersSemiStructured ? ["Use [SemiStructured(2, 4)]"] : [], await new VerifyFix(Id, new UseSemiStructured()).TitlesAsync(source));
        Assert.Equal(["Declare Purpose = Purpose.Size"], await new VerifyFix(Id, new DeclarePurposeSize()).TitlesAsync(source));
    }

    [Fact]
    public async Task Class_with_layers_that_no_kernel_fits_is_not_offered_one()
        => Assert.Empty(await new VerifyFix(Id, new UseSparseLinear()).TitlesAsync(
            Net("private readonly Linear a = Linear(4, 4); private readonly Conv2d b = Conv2d(1, 1, 1);", "[Sparsity(0.5)] partial class Net")));
}
