using System.Globalization;
using CompressDsl.CodeFixes;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class PatternNeedsKernelTests
{
    private const string Id = "CDSL2002";

    [Theory]
    [InlineData("[[|SemiStructured(3, 7)|]] private readonly Linear up = Linear(56, 4);")]
    [InlineData("[[|SemiStructured(3, 7, Kernel = SparseKernel.None)|]] private readonly Linear? up;")]
    [InlineData("[[|SemiStructured(3, 7)|]] private readonly Conv2d up = Conv2d(7, 1, 1);")]
    [InlineData("[[|SemiStructured(3, 7)|]] private readonly SparseLinear up = new(56, 4);")]
    [InlineData("[[|SemiStructured(3, 7)|]] private readonly SparseLinear up = new(56, 4, kernel: SparseKernel.SemiStructured);")]
    [InlineData("[[|SemiStructured(3, 7, Kernel = SparseKernel.SemiStructured)|]] private readonly SparseLinear up = new(56, 4);")]
    [InlineData("[[|SemiStructured(3, 7)|], Gradual] private readonly ModuleList<Linear> up = [];")]
    [InlineData("[[|SemiStructured(3, 7)|]] private readonly Sequential up = Sequential(Linear(56, 4));")]
    public async Task Pattern_that_no_kernel_multiplies_is_reported_on_the_attribute(string member)
    {
        var found = await Verify.ReportsAsync(Id, Net(member));
        Assert.StartsWith("3:7 on 'up' can leave more than two of four neighbours, and SparseKernel.SemiStructured holds two", found[0].Message());
    }

    [Theory]
    [InlineData("[SemiStructured(2, 4)] private readonly Linear up = Linear(56, 4);")]
    [InlineData("[SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)] private readonly SparseLinear up = new(56, 4);")]
    [InlineData("[SemiStructured(3, 7, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear up = new(56, 4);")]
    [InlineData("[SemiStructured(1, 7, Kernel = SparseKernel.Csr)] private readonly SparseLinear up = new(56, 4);")]
    [InlineData("[SemiStructured(3, 7, Kernel = SparseKernel.Bitmask)] private readonly Sequential up = Sequential();")]
    [InlineData("[SemiStructured(3, 7)] private readonly SparseLinear up = new(56, 4, kernel: SparseKernel.Bitmask);")]
    [InlineData("[SemiStructured(3, 7)] private readonly SparseLinear up = new(56, 4, kernel: Chosen()); private static SparseKernel Chosen() => SparseKernel.Bitmask;")]
    [InlineData("[SemiStructured(3, 7, Purpose = Purpose.Size)] private readonly Linear up = Linear(56, 4);")]
    [InlineData("[SemiStructured(3, 7)] private readonly Annotated up = new();")]
    public Task Pattern_that_a_kernel_multiplies_or_for_another_purpose_is_quiet(string member)
        => Verify.IsQuietAsync(Net(member), Net("[KeepDense] private readonly Linear inner = Linear(4, 4);", "public partial class Net").Replace("Net", "Annotated"));

    [Fact]
    public Task Patterns_that_fit_are_those_that_leave_two_of_any_four_neighbours()
    {
        var members =
            from m in Enumerable.Range(2, 11)
            from n in Enumerable.Range(1, m - 1)
            let attribute = string.Create(CultureInfo.InvariantCulture, $"SemiStructured({n}, {m})")
            let marked = MostOfFour(n, m) <= 2 ? attribute : $"[|{attribute}|]"
            select $"[{marked}] private readonly Linear pattern{n}of{m} = Linear(27720, 4);";

        return Verify.ReportsAsync(Id, Net(string.Join("\n    ", members)));
    }

    [Fact]
    public Task Attribute_of_a_class_is_reported_once_and_not_where_its_layers_have_kernels()
        => Verify.ReportsAsync(
            Id,
            Net("private readonly SparseLinear a = new(56, 4); private readonly Linear b = Linear(56, 4);", "[[|SemiStructured(3, 7)|]] partial class Net"),
            Net("private readonly SparseLinear a = new(56, 4, kernel: SparseKernel.Bitmask);", "[SemiStructured(3, 7)] partial class Other").Replace("Net", "Other"),
            Net("", "[SemiStructured(3, 7)] partial class Empty").Replace("Net", "Empty"));

    [Fact]
    public Task Two_of_four_takes_the_place_of_the_pattern()
        => new VerifyFix(Id, new UseSemiStructured()).ChangesAllAsync(
            [
                Net("""
                    [SemiStructured(4, 8, Criterion = Criterion.Wanda)] private readonly Linear a = Linear(8, 4);
                    [CompressDsl.SemiStructured(4, 8)] private readonly SparseLinear b = new(8, 4);
                    [SemiStructured(m: 8, n: 4)] private readonly Sequential c = Sequential();
                    """),
            ],
            [
                Net("""
                    [SemiStructured(2, 4, Criterion = Criterion.Wanda, Kernel = SparseKernel.SemiStructured)] private readonly SparseLinear a = new SparseLinear(8, 4);
                    [CompressDsl.SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)] private readonly SparseLinear b = new(8, 4);
                    [SemiStructured(2, 4)] private readonly Sequential c = Sequential();
                    """),
            ]);

    [Fact]
    public Task Bitmask_takes_the_pattern_as_it_is()
        => new VerifyFix(Id, new UseSparseLinear()).ChangesAllAsync(
            [
                Net("""
                    [SemiStructured(4, 8)] private readonly Linear a = Linear(8, 4);
                    [SemiStructured(4, 8, Kernel = SparseKernel.SemiStructured)] private readonly SparseLinear b = new(8, 4);
                    [SemiStructured(19, 20)] private readonly Linear c = Linear(20, 4);
                    """),
            ],
            [
                Net("""
                    [SemiStructured(4, 8, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear a = new SparseLinear(8, 4);
                    [SemiStructured(4, 8, Kernel = SparseKernel.Bitmask)] private readonly SparseLinear b = new(8, 4);
                    [SemiStructured(19, 20)] private readonly Linear c = Linear(20, 4);
                    """),
            ],
            remaining: 1);

    // How many a pattern can leave in any four neighbours that begin at a multiple of four.
    private static int MostOfFour(int n, int m)
        => Enumerable.Range(0, m).Max(start => Enumerable.Range(4 * start, 4).GroupBy(place => place / m).Sum(group => Math.Min(n, group.Count())));
}
