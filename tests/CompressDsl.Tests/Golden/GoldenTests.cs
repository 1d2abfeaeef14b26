using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>
/// The reference vectors: what published implementations make of given inputs. Ours, and those of every folder that COMPRESSDSL_GOLDEN names.
/// </summary>
public sealed class GoldenTests
{
    /// <summary>A check for every family.</summary>
    private static readonly Dictionary<string, Action<GoldenCase>> Checks = new()
    {
        ["prune_sparsegpt"] = SparseGptGolden.Check,
        ["prune_wanda"] = WandaGolden.Check,
        ["prune_magnitude"] = MagnitudeGolden.Check,
        ["prune_owl"] = OwlGolden.Check,
        ["prune_torch_pruning"] = TorchPruningGolden.Check,
        ["prune_minitron"] = MinitronGolden.Check,
        ["sparse_bitmask"] = SparseBitmaskGolden.Check,
        ["kd_hinton"] = HintonGolden.Check,
        ["kd_textbrewer"] = TextBrewerGolden.Check,
        ["kd_torchdistill"] = TorchdistillGolden.Check,
        ["kd_trl"] = TrlGolden.Check,
        ["kd_distillkit"] = DistillKitGolden.Check,
        ["kd_modelopt"] = ModelOptimizerGolden.Check,
        ["kd_distilbert"] = DistilBertGolden.Check,
    };

    public static TheoryData<string> Cases => GoldenCase.Where(static _ => true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Golden_case_agrees(string id)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(id);
        var family = Checks.Keys.FirstOrDefault(golden.IsOf);
        Assert.True(family is not null, $"Nobody knows the family of {golden.File}; known are {string.Join(", ", Checks.Keys)}.");
        Checks[family](golden);
    }

    [Fact]
    public void Every_named_golden_folder_can_be_read() =>
        Assert.Equal([], GoldenFolder.Named.Select(GoldenFolder.WhyNot).OfType<string>());

    [Fact]
    public void A_golden_folder_that_is_not_there_says_so()
    {
        var missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        Assert.Contains(missing, GoldenFolder.WhyNot(missing), StringComparison.Ordinal);
    }
}
