using CompressDsl.Integration.Tests.Package;

namespace CompressDsl.Integration.Tests.Editor;

/// <summary>The fixes from the command line: of several ways to be rid of a diagnostic it takes one.</summary>
[Collection(nameof(LocalFeed))]
public sealed class FormatTests(FormattedCopy copy) : IClassFixture<FormattedCopy>
{
    // Where a rule has several fixes, which of them comes first is up to the command.
    private static readonly SortedDictionary<string, string[]> Fixed = new(StringComparer.Ordinal)
    {
        ["CDSL1001"] = ["public sealed partial class Net"],
        ["CDSL1006"] = ["    [Sparsity(0.5, Purpose = Purpose.Size)]\n"],
        ["CDSL1009"] = ["private readonly ModuleList<Linear> layers = [];"],
        ["CDSL2001"] = ["[Sparsity(0.5, Purpose = Purpose.Size)]", "[Sparsity(0.5, Kernel = SparseKernel.Bitmask)]", "[SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)]"],
        ["CDSL2002"] = ["[SemiStructured(2, 4, Kernel = SparseKernel.SemiStructured)]", "[SemiStructured(3, 7, Kernel = SparseKernel.Bitmask)]"],
        ["CDSL2004"] = ["[Sparsity(0.2, Kernel = SparseKernel.Bitmask)]"],
        ["CDSL2005"] = ["[PruneChannels(0.3, RoundTo = 8)]"],
        ["CDSL2006"] = ["private readonly SparseLinear up = new SparseLinear(64, 64);"],
        ["CDSL2007"] = ["    [KeepDense]\n    private readonly Linear head"],
        ["CDSL3005"] = [".view(x.shape[0], x.shape[1], 3, -1, 64)"],
        ["CDSL4001"] = ["=> up.call(x);"],
        ["CDSL5007"] = ["[MatchHidden(nameof(Teacher.body), Projection = true)]"],
        ["CDSL5009"] = ["[MatchAttention(nameof(Teacher.attention), Loss = AttentionLoss.Relation)]"],
        ["CDSL5012"] = ["private readonly Func<Teacher> teacher;"],
        ["CDSL5014"] = ["reduction: Reduction.Sum, log_target: false)"],
    };

    public static TheoryData<string> Ids => [.. Fixed.Keys];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Mistake_is_mended(string id)
    {
        Assert.DoesNotContain(Fixed[id], text => Mistakes.File(id).Contains(text, StringComparison.Ordinal));
        Assert.Single(Fixed[id], text => copy.Read(id + ".cs").Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_rule_with_a_fix_is_a_case() => Assert.Equal(copy.Ids, Fixed.Keys);

    [Fact]
    public void Code_without_a_mistake_stays_as_it_was()
        => Assert.All(FormattedCopy.Original, file => Assert.Equal(file.Value, copy.Read(file.Key)));

    [Fact]
    public void What_is_left_builds_and_breaks_no_rule()
        => Assert.DoesNotContain("CDSL", copy.Build(), StringComparison.Ordinal);
}
