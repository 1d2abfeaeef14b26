using System.Globalization;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class RatioMustBeInRangeTests
{
    private const string Id = "CDSL1004";

    [Theory]
    [InlineData("[Sparsity([|1.5|])]")]
    [InlineData("[Sparsity([|0|])]")]
    [InlineData("[Sparsity([|1|], Purpose = Purpose.Size)]")]
    [InlineData("[Sparsity([|-0.5|])]")]
    [InlineData("[Sparsity([|double.NaN|])]")]
    [InlineData("[Sparsity([|double.PositiveInfinity|])]")]
    [InlineData("[Sparsity([|sparsity: 2|])]")]
    [InlineData("[Sparsity([|Share * 2|], Criterion = Criterion.Magnitude)]")]
    public Task Ratio_outside_of_its_range_is_reported_on_the_argument(string attribute)
        => Verify.ReportsAsync(Id, Net($"private const double Share = 0.5; {attribute} private readonly Linear up = Linear(4, 4);"));

    [Theory]
    [InlineData("[BlockSparsity([|1|], 2, 2)]", "Sparsity is 1; it must be in (0, 1), exclusive: the fraction that is removed")]
    [InlineData("[BlockSparsity(0.5, [|0|], 2)]", "Rows is 0; it must be at least 1: the height of a block")]
    [InlineData("[BlockSparsity(0.5, 2, [|-4|])]", "Columns is -4; it must be at least 1: the width of a block")]
    [InlineData("[BlockSparsity(0.5, [|columns: 1|], rows: 1)]", "Columns is 1; it must be more than 1 where Rows is 1: blocks of a single weight are [Sparsity]")]
    [InlineData("[BlockSparsity(0.5, 2, 2, [|Kernel = (SparseKernel)9|])]", "Kernel is 9; it must be one of Unspecified, None, Bitmask, Csr, SemiStructured")]
    [InlineData("[SemiStructured(2, 4), Gradual([|Steps = 0|])]", "Steps is 0; it must be at least 1: the number of training steps over which the target is reached")]
    [InlineData("[SemiStructured(2, 4), Gradual([|Every = -1|])]", "Every is -1; it must be at least 1: the number of training steps from one pruning to the next")]
    [InlineData("[SemiStructured(2, 4), Gradual(Steps = 3, [|Begin = -1|])]", "Begin is -1; it must be at least 0: the training step at which the ramp begins")]
    [InlineData("[SemiStructured(2, 4), Gradual([|Ramp = (Ramp)5|])]", "Ramp is 5; it must be one of Cubic, Linear")]
    public async Task Count_outside_of_its_range_is_reported_on_the_argument(string attribute, string message)
    {
        var found = await Verify.ReportsAsync(Id, Net($"{attribute} private readonly Linear up = Linear(4, 4);"));
        Assert.Equal(message, found[0].Message());
    }

    [Fact]
    public Task Ratio_on_a_class_is_reported() => Verify.ReportsAsync(Id, Net("", "[Sparsity([|1.01|])] partial class Net"));

    [Fact]
    public async Task Message_is_the_same_in_every_culture()
    {
        var culture = CultureInfo.CurrentCulture;

        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
            var found = await Verify.ReportsAsync(Id, Net("[Sparsity([|1.5|])] private readonly Linear up = Linear(4, 4);"));
            Assert.Equal("Sparsity is 1.5; it must be in (0, 1), exclusive: the fraction that is removed", found[0].GetMessage(CultureInfo.CurrentCulture));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public async Task Value_that_is_no_member_of_its_enum_is_reported_with_those_that_are()
    {
        var found = await Verify.ReportsAsync(Id, Net("[Sparsity(0.5, [|Scope = (Scope)7|], Purpose = Purpose.Size)] private readonly Linear up = Linear(4, 4);"));
        Assert.Equal("Scope is 7; it must be one of PerRow, PerLayer, Global", found[0].Message());
    }

    [Theory]
    [InlineData("PruneHeads([|1.5|])", "Ratio is 1.5; it must be in (0, 1), exclusive: the fraction that is removed")]
    [InlineData("PruneHeads([|ratio: 0|])", "Ratio is 0; it must be in (0, 1)")]
    [InlineData("PruneHidden([|double.NaN|])", "Ratio is NaN; it must be in (0, 1)")]
    [InlineData("PruneHeads([|Keep = 0|])", "Keep is 0; it must be at least 1: how many stay")]
    [InlineData("PruneChannels([|Keep = -3|], RoundTo = 2)", "Keep is -3; it must be at least 1")]
    [InlineData("PruneChannels(0.25, [|RoundTo = 0|])", "RoundTo is 0; it must be at least 1")]
    [InlineData("PruneChannels([|Keep = 12|], RoundTo = 8)", "Keep is 12; it must be a multiple of RoundTo, which is 8")]
    [InlineData("[|PruneHeads|]", "Ratio is not given; it must be in (0, 1), as in [PruneHeads(0.25)], or else Keep at least 1, as in [PruneHeads(Keep = 8)]")]
    [InlineData("[|PruneHidden(RoundTo = 8)|]", "Ratio is not given; it must be in (0, 1), as in [PruneHidden(0.25)]")]
    [InlineData("PruneHeads(0.25, [|Keep = 8|])", "Keep is 8 beside a ratio of 0.25; it must be left out, or else the ratio")]
    [InlineData("PruneHeads(0.25, [|Scope = Scope.PerRow|])", "Scope is PerRow; it must be PerLayer or Global for [PruneHeads]")]
    [InlineData("PruneHidden(0.25, [|Scope = (Scope)9|])", "Scope is 9; it must be one of PerRow, PerLayer, Global")]
    public async Task Structure_argument_outside_of_its_range_is_reported(string attribute, string message)
    {
        var found = await Verify.ReportsAsync(Id, Net("", $"[{attribute}] partial class Net"));
        Assert.StartsWith(message, found[0].Message());
    }

    [Fact]
    public Task Structure_argument_of_a_member_is_reported()
        => Verify.ReportsAsync(
            Id,
            Net("""
                [PruneChannels([|1|])] private readonly Linear up = Linear(4, 4);
                [[|PruneLayers|]] private readonly ModuleList<Linear> layers = [];
                [Sparsity([|2|], Purpose = Purpose.Size), PruneChannels([|2|])] private readonly Linear down = Linear(4, 4);
                """));

    [Theory]
    [InlineData(StructureKind.Heads)]
    [InlineData(StructureKind.Channels)]
    [InlineData(StructureKind.Layers)]
    [InlineData(StructureKind.Hidden)]
    public async Task Criterion_of_a_structure_applies_in_the_compiler_where_it_does_at_run_time(StructureKind kind)
    {
        var wrong = Enum.GetValues<Criterion>().Where(criterion => !Applies(kind, criterion)).ToArray();
        var sources = Enum.GetValues<Criterion>().Select(criterion =>
        {
            var (open, close) = wrong.Contains(criterion) ? ("[|", "|]") : ("", "");
            var attribute = $"[Prune{kind}(0.5, {open}Criterion = Criterion.{criterion}{close})]";
            var net = kind switch
            {
                StructureKind.Layers => Net(attribute + " private readonly ModuleList<Linear> layers = [];"),
                StructureKind.Channels => Net(attribute + " private readonly Linear up = Linear(4, 4);"),
                _ => Net("", attribute + " partial class Net"),
            };
            return net.Replace("Net", "Net" + criterion);
        });

        var found = await Verify.ReportsAsync(Id, [.. sources]);

        var right = string.Join(", ", Enum.GetValues<Criterion>().Except(wrong).Order());
        Assert.Equal(
            wrong.Select(criterion => (criterion.ToString(), right)).Order(),
            found.Select(diagnostic => Words(diagnostic.Message(), $" is ", $"; it must be one that applies to [Prune{kind}]: one of ")).Order());

        static (string Criterion, string Right) Words(string message, string before, string between)
        {
            var start = message.IndexOf(before, StringComparison.Ordinal) + before.Length;
            var end = message.IndexOf(between, StringComparison.Ordinal);
            var names = message[(end + between.Length)..].Split(", ").Select(Enum.Parse<Criterion>).Order();
            return (message[start..end], string.Join(", ", names));
        }
    }

    [Theory]
    [InlineData("Sparsity(0.5", "Activation")]
    [InlineData("SemiStructured(2, 4", "Gate")]
    [InlineData("BlockSparsity(0.5, 2, 2", "BlockInfluence")]
    [InlineData("Sparsity(0.5", "Contribution")]
    public async Task Criterion_of_channels_does_not_choose_single_weights(string attribute, string criterion)
    {
        var found = await Verify.ReportsAsync(
            Id, Net($"[{attribute}, [|Criterion = Criterion.{criterion}|], Purpose = Purpose.Size)] private readonly Linear up = Linear(4, 4);"));
        Assert.StartsWith($"Criterion is {criterion}; it must be one that applies to single weights, for [{attribute.Split('(')[0]}] one of Magnitude, Wanda,", found[0].Message());
    }

    [Theory]
    [InlineData("PruneHeads(0.25)")]
    [InlineData("PruneHeads(Keep = 1)")]
    [InlineData("PruneChannels(Keep = 16, RoundTo = 8, Scope = Scope.Global)")]
    [InlineData("PruneHidden(ratio: 0.999, Criterion = Criterion.Activation)")]
    [InlineData("PruneHeads(0.25), PruneChannels(0.25), PruneHidden(0.25), SemiStructured(2, 4)")]
    public Task Structure_in_its_range_is_quiet(string attributes) => Verify.IsQuietAsync(Net("", $"[{attributes}] partial class Net"));

    private static bool Applies(StructureKind kind, Criterion criterion)
    {
        try
        {
            _ = kind switch
            {
                StructureKind.Heads => StructureRule.Heads(0.5, criterion: criterion),
                StructureKind.Channels => StructureRule.Channels(0.5, criterion: criterion),
                StructureKind.Layers => StructureRule.Layers(0.5, criterion: criterion),
                _ => StructureRule.Hidden(0.5, criterion: criterion),
            };
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    [Theory]
    [InlineData("0.5")]
    [InlineData("double.Epsilon")]
    [InlineData("0.9999")]
    [InlineData("1.0 / 3")]
    [InlineData("sparsity: 0.7f")]
    public Task Ratio_in_its_range_is_quiet(string ratio)
        => Verify.IsQuietAsync(Net($"[Sparsity({ratio}, Purpose = Purpose.Size)] private readonly Linear up = Linear(4, 4);"));

    [Theory]
    [InlineData("[Sparsity]")]
    [InlineData("[Sparsity()]")]
    [InlineData("[Sparsity(")]
    [InlineData("[Sparsity(\"1.5\")]")]
    [InlineData("[Sparsity(Missing)]")]
    [InlineData("[Sparsity(0.5, Scope = )]")]
    [InlineData("[Sparsity(0.5, Skope = Scope.Global)]")]
    [InlineData("[BlockSparsity(0.5, 0)]")]
    [InlineData("[BlockSparsity(0.5, \"0\", 2)]")]
    [InlineData("[Sparsity(0.5), Gradual(Steps = )]")]
    [InlineData("[Sparsity(0.5), Gradual(Steps = \"0\")]")]
    [InlineData("[Sparsity(0.5), Gradual(0)]")]
    [InlineData("[PruneChannels(Keep = )]")]
    [InlineData("[PruneChannels(Keep = \"0\")]")]
    [InlineData("[PruneChannels(Kept = 0)]")]
    [InlineData("[PruneChannels(\"0\")]")]
    [InlineData("[PruneChannels(0, 1)]")]
    [InlineData("[PruneChannels(2, RoundTo = Missing)]")]
    public async Task Attribute_that_does_not_compile_is_not_judged(string attribute)
    {
        var compilation = Consumer.Compile(Net($"{attribute} private readonly Linear up = Linear(4, 4);"));
        Assert.NotEmpty(Consumer.FindErrors(compilation));
        Assert.DoesNotContain(await Consumer.AnalyzeAsync(compilation), static diagnostic => diagnostic.Id is Id or "AD0001");
    }
}
