using System.CommandLine;
using CompressDsl;

namespace Shared;

/// <summary>The options of <c>shrink</c> that say how much goes, and how it is chosen.</summary>
internal sealed class ShrinkOptionSet
{
    private readonly Option<double?> heads = Fraction("--heads", "The fraction of the heads of every attention that goes.");
    private readonly Option<double?> channels = Fraction("--channels", "The fraction of the channels of every feed-forward network that goes.");
    private readonly Option<double?> hidden = Fraction("--hidden", "The fraction of the hidden channels that goes.");
    private readonly Option<double?> layers = Fraction("--layers", "The fraction of the layers that goes; looks at data.");
    private readonly Option<int> roundTo = CommonOptions.Count("--round-to", "What stays of channels and hidden channels is a multiple of this.", 1);
    private readonly Option<string> criterion =
        new Option<string>("--criterion") { Description = "How heads and channels are chosen.", DefaultValueFactory = _ => "magnitude" }
            .AcceptOnlyFromAmong("magnitude", "activation", "contribution", "taylor", "fisher", "random");

    internal IReadOnlyList<Option> All => [heads, channels, hidden, layers, roundTo, criterion];

    /// <summary>What the options ask for, one rule for each kind.</summary>
    /// <exception cref="ArgumentException">They ask for nothing, for something out of range, or lack data.</exception>
    internal IReadOnlyList<StructureRule> Read(ParseResult parsed, bool hasData)
    {
        var chosen = Enum.Parse<Criterion>(parsed.GetRequiredValue(criterion), ignoreCase: true);
        var multiple = parsed.GetValue(roundTo);
        StructureRule[] rules =
        [
            .. Rule(parsed, heads, ratio => StructureRule.Heads(ratio, criterion: chosen)),
            .. Rule(parsed, channels, ratio => StructureRule.Channels(ratio, criterion: chosen, roundTo: multiple)),
            .. Rule(parsed, hidden, ratio => StructureRule.Hidden(ratio, criterion: chosen, roundTo: multiple)),
            .. Rule(parsed, layers, static ratio => StructureRule.Layers(ratio)),
        ];
        if (rules.Length == 0)
        {
            throw new ArgumentException("Nothing is to go: name at least one of --heads, --channels, --hidden and --layers.");
        }

        var looksAtData = rules.FirstOrDefault(static rule => rule.Criterion is not (Criterion.Magnitude or Criterion.Random));
        return hasData || looksAtData is null ? rules : throw new ArgumentException(
            $"{(looksAtData.Kind == StructureKind.Layers ? "--layers" : $"--criterion {parsed.GetRequiredValue(criterion)}")} looks at data: name a text with --calibration.");
    }

    private static IEnumerable<StructureRule> Rule(ParseResult parsed, Option<double?> option, Func<double, StructureRule> make) => parsed.GetValue(option) switch
    {
        null => [],
        > 0 and < 1 and var ratio => [make(ratio)],
        var ratio => throw new ArgumentException($"{option.Name} is {ratio}; the fraction that goes is greater than 0 and less than 1."),
    };

    private static Option<double?> Fraction(string name, string description) => new(name) { Description = description, CustomParser = CommonOptions.Parse };
}
