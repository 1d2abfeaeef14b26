using System.Globalization;
using System.Text.RegularExpressions;
using CompressDsl.CodeFixes;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public partial class SparsityMustReachBreakEvenTests
{
    private const string Id = "CDSL2004";

    [Theory]
    [InlineData("[Sparsity([|0.2|], Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(40, 40);", "[Sparsity] removes 20% of 'up', and SparseKernel.Csr takes less time than the dense product from 75% on")]
    [InlineData("[Sparsity([|sparsity: 0.075|], Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(40, 40);", "[Sparsity] removes 7.5% of 'up', and SparseKernel.Bitmask takes")]
    [InlineData("[Sparsity([|0.2|])] private readonly SparseLinear up = new(40, 40, kernel: SparseKernel.Csr);", "removes 20% of 'up', and SparseKernel.Csr")]
    [InlineData("[Sparsity([|0.2|])] private readonly SparseLinear up = new(40, 40) { Kernel = SparseKernel.Csr };", "removes 20% of 'up', and SparseKernel.Csr")]
    [InlineData("[Sparsity([|0.2|], Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(40, 40, kernel: SparseKernel.Bitmask);", "SparseKernel.Csr")]
    [InlineData("[BlockSparsity([|0.4|], 4, 4, Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(40, 40);", "[BlockSparsity] removes 40%")]
    [InlineData("[[|SemiStructured(3, 4, Kernel = SparseKernel.Csr)|]] private readonly SparseLinear up = new(40, 40);", "[SemiStructured] removes 25%")]
    [InlineData("[[|SemiStructured(19, 20, Kernel = SparseKernel.Bitmask)|]] private readonly SparseLinear up = new(40, 40);", "[SemiStructured] removes 5%")]
    [InlineData("[Sparsity([|0.2|], Kernel = SparseKernel.Csr)] private readonly Sequential up = Sequential();", "of 'up'")]
    [InlineData("[Sparsity([|0.2|], Kernel = SparseKernel.Csr)] private readonly ModuleList<SparseLinear> up = [];", "of 'up'")]
    public async Task Sparsity_that_the_kernel_does_not_pay_back_is_reported_where_it_is_said(string member, string message)
    {
        var found = await Verify.ReportsAsync(Id, Net(member));
        Assert.Contains(message, found[0].Message());
    }

    [Theory]
    [InlineData("[Sparsity(0.75, Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(40, 40);")]
    [InlineData("[SemiStructured(1, 4, Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(40, 40);")]
    [InlineData("[SemiStructured(9, 10, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(40, 40);")]
    [InlineData("[BlockSparsity(0.1, 4, 4, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(40, 40);")]
    [InlineData("[SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)] private readonly SparseLinear up = new(40, 40);")]
    [InlineData("[Sparsity(0.2, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(40, 40, kernel: SparseKernel.Csr);")]
    [InlineData("[Sparsity(0.2)] private readonly SparseLinear up = new(40, 40, kernel: Chosen()); private static SparseKernel Chosen() => SparseKernel.Csr;")]
    [InlineData("[Sparsity(0.2)] private readonly SparseLinear up = new(40, 40, kernel: SparseKernel.Csr); private void Choose() => up.Kernel = SparseKernel.Bitmask;")]
    [InlineData("[Sparsity(0.2, Kernel = SparseKernel.Csr, Purpose = Purpose.Size)] private readonly SparseLinear up = new(40, 40);")]
    [InlineData("[Sparsity(0.2, Kernel = SparseKernel.Csr, Scope = Scope.Global)] private readonly SparseLinear up = new(40, 40);")]
    [InlineData("[Sparsity(0.2, Kernel = SparseKernel.Csr), Gradual] private readonly SparseLinear up = new(40, 40);")]
    [InlineData("[KeepDense] private readonly SparseLinear up = new(40, 40, kernel: SparseKernel.Csr);")]
    public Task Sparsity_that_is_enough_or_that_cannot_be_judged_is_quiet(string member) => Verify.IsQuietAsync(Net(member));

    [Fact]
    public Task Attribute_of_a_class_is_reported_once_for_the_kernels_of_its_layers()
        => Verify.ReportsAsync(
            Id,
            Net(
                "private readonly SparseLinear a = new(4, 4, kernel: SparseKernel.Bitmask), b = new(4, 4, kernel: SparseKernel.Csr), c = new(4, 4, kernel: SparseKernel.Csr);",
                "[Sparsity([|0.2|])] partial class Net"),
            Net("private readonly SparseLinear a = new(4, 4);", "[Sparsity([|0.2|], Kernel = SparseKernel.Csr)] partial class Other").Replace("Net", "Other"),
            Net("", "[Sparsity(0.2, Kernel = SparseKernel.Csr)] partial class Empty").Replace("Net", "Empty"));

    [Fact]
    public async Task Page_shows_the_break_evens_that_are_judged_by()
    {
        var rows = BreakEven().Matches(CatalogueTests.ReadPage(Id));
        Assert.Equal(["Bitmask", "Csr"], rows.Select(static row => row.Groups[1].Value));

        foreach (Match row in rows)
        {
            var least = double.Parse(row.Groups[2].Value, CultureInfo.InvariantCulture) / 100;
            await Verify.ReportsAsync(
                Id,
                Net(string.Create(CultureInfo.InvariantCulture, $$"""
                    [Sparsity([|{{least - 0.001}}|], Kernel = SparseKernel.{{row.Groups[1]}})] private readonly SparseLinear below = new(4, 4);
                    [Sparsity({{least}}, Kernel = SparseKernel.{{row.Groups[1]}})] private readonly SparseLinear enough = new(4, 4);
                    """)));
        }
    }

    [Theory]
    [InlineData("Sparsity(0.2, Kernel = SparseKernel.Csr)", "new(4, 4)", "Sparsity(0.2, Kernel = SparseKernel.Bitmask)")]
    [InlineData("Sparsity(0.2)", "new(4, 4, kernel: SparseKernel.Csr)", "Sparsity(0.2, Kernel = SparseKernel.Bitmask)")]
    [InlineData("SemiStructured(3, 4, Kernel = SparseKernel.Csr)", "new(4, 4)", "SemiStructured(3, 4, Kernel = SparseKernel.Bitmask)")]
    public Task Bitmask_takes_the_place_of_the_kernel(string before, string creation, string after)
        => new VerifyFix(Id, new UseBitmask()).ChangesAllAsync(
            [Net($"[{before}] private readonly SparseLinear up = {creation};"), $$"""namespace A { {{Net($"private readonly SparseLinear up = {creation};", $"[{before}] partial class Net")}} }"""],
            [Net($"[{after}] private readonly SparseLinear up = {creation};"), $$"""namespace A { {{Net($"private readonly SparseLinear up = {creation};", $"[{after}] partial class Net")}} }"""]);

    [Theory]
    [InlineData("[Sparsity(0.05, Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(4, 4);")]
    [InlineData("[Sparsity(0.05, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(4, 4);")]
    [InlineData("[Sparsity(0.2, Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(4, 4, dtype: float64);")]
    [InlineData("[Sparsity(0.2, Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(4, 4), down = new(4, 4, dtype: float64);")]
    public async Task Bitmask_is_not_offered_where_it_would_not_do(string member)
        => Assert.Empty(await new VerifyFix(Id, new UseBitmask()).TitlesAsync(Net(member)));

    [GeneratedRegex(@"^\| (\w+) \| ([\d.]+)% on \|$", RegexOptions.Multiline)]
    private static partial Regex BreakEven();
}
