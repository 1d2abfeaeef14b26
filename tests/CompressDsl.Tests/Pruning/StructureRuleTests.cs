using System.Globalization;

namespace CompressDsl.Tests;

public class StructureRuleTests
{
    public static TheoryData<StructureRule, string> Written => new()
    {
        { StructureRule.Heads(0.25), "[PruneHeads(0.25)]" },
        { StructureRule.Heads(keep: 8, scope: Scope.Global), "[PruneHeads(Keep = 8, Scope = Scope.Global)]" },
        { StructureRule.Channels(1.0 / 3, criterion: Criterion.Taylor, roundTo: 64), "[PruneChannels(0.3333333333333333, Criterion = Criterion.Taylor, RoundTo = 64)]" },
        { StructureRule.Layers(keep: 6), "[PruneLayers(Keep = 6)]" },
        { StructureRule.Hidden(keep: 16, roundTo: 8), "[PruneHidden(Keep = 16, RoundTo = 8)]" },
    };

    [Theory]
    [MemberData(nameof(Written), DisableDiscoveryEnumeration = true)]
    public void Rule_is_written_as_its_attribute(StructureRule rule, string attribute)
    {
        var culture = CultureInfo.CurrentCulture;

        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            Assert.Equal(attribute, rule.ToString());
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void Defaults_are_those_of_the_attributes()
    {
        Assert.Equal(Defaults(new PruneHeadsAttribute().Criterion), Defaults(StructureRule.Heads(0.5)));
        Assert.Equal(Defaults(new PruneChannelsAttribute().Criterion), Defaults(StructureRule.Channels(0.5)));
        Assert.Equal(Defaults(new PruneLayersAttribute().Criterion), Defaults(StructureRule.Layers(0.5)));
        Assert.Equal(Defaults(new PruneHiddenAttribute().Criterion), Defaults(StructureRule.Hidden(0.5)));

        var attribute = new PruneHeadsAttribute(0.5);
        Assert.Equal((0.5, 0, Scope.PerLayer, 1), (attribute.Ratio, attribute.Keep, attribute.Scope, attribute.RoundTo));

        static (Criterion, Scope, int, double?, int?) Defaults(object of) => of is StructureRule rule
            ? (rule.Criterion, rule.Scope, rule.RoundTo, rule.Ratio, rule.Keep)
            : ((Criterion)of, Scope.PerLayer, 1, 0.5, null);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(1.0)]
    [InlineData(8.0)]
    [InlineData(double.NaN)]
    public void Ratio_outside_of_its_range_is_refused(double ratio)
    {
        var exception = Assert.Throws<ArgumentOutOfRangeException>(() => StructureRule.Heads(ratio));
        Assert.Contains("[PruneHeads] is the fraction removed: greater than 0 and less than 1", exception.Message);
    }

    [Theory]
    [InlineData(0, 1, "keep")]
    [InlineData(-1, 1, "keep")]
    [InlineData(8, 0, "roundTo")]
    public void Count_below_one_is_refused(int keep, int roundTo, string parameter)
        => Assert.Equal(parameter, Assert.Throws<ArgumentOutOfRangeException>(() => StructureRule.Channels(keep: keep, roundTo: roundTo)).ParamName);

    [Fact]
    public void Ratio_and_keep_exclude_each_other()
    {
        Assert.Contains("neither is given", Assert.Throws<ArgumentException>(() => StructureRule.Hidden()).Message);
        Assert.Contains("both are given: 0.5 and 8", Assert.Throws<ArgumentException>(() => StructureRule.Hidden(0.5, 8)).Message);
    }

    [Fact]
    public void Keep_that_is_no_multiple_is_refused()
        => Assert.Contains("12 are to be kept, and that is no multiple of roundTo, 8", Assert.Throws<ArgumentException>(() => StructureRule.Hidden(keep: 12, roundTo: 8)).Message);

    [Fact]
    public void Scope_within_a_layer_is_refused()
        => Assert.Contains("PerLayer or Global, not PerRow", Assert.Throws<ArgumentException>(() => StructureRule.Heads(0.5, scope: Scope.PerRow)).Message);

    [Fact]
    public void Criterion_that_does_not_apply_is_refused_with_those_that_do()
    {
        Assert.Contains(
            "Wanda does not apply to [PruneChannels]; one of Magnitude, Taylor,",
            Assert.Throws<ArgumentException>(() => StructureRule.Channels(0.5, criterion: Criterion.Wanda)).Message);
        Assert.Contains(
            "Gate does not apply to [PruneLayers]; one of BlockInfluence does",
            Assert.Throws<ArgumentException>(() => StructureRule.Layers(0.5, criterion: Criterion.Gate)).Message);
        Assert.Equal(Criterion.Gate, StructureRule.Heads(0.5, criterion: Criterion.Gate).Criterion);
    }
}
