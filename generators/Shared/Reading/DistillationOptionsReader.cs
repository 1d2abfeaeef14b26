using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads the options of a <c>[DistillFrom]</c> and knows their ranges.</summary>
internal static class DistillationOptionsReader
{
    public static DistillationOptions Read(AttributeData attribute)
    {
        var divergence = attribute.NamedEnum("Divergence", "ForwardKl");

        return new DistillationOptions(
            T: attribute.Named("T", 2.0),
            Alpha: attribute.Named("Alpha", 0.5),
            divergence,
            Beta: DefaultBeta(divergence) is { } beta ? attribute.Named("Beta", beta) : null,
            Vocabulary: attribute.NamedEnum("Vocabulary", "Same"),
            Task: attribute.NamedEnum("Task", "Classification"));
    }

    /// <summary>The options outside of their ranges: name, value, and the range in words.</summary>
    public static IEnumerable<(string Name, double Value, string Range)> FindOutOfRange(DistillationOptions options)
    {
        if (!(options.T > 0) || double.IsInfinity(options.T))
        {
            yield return ("T", options.T, "greater than 0 and finite");
        }

        if (!(options.Alpha >= 0 && options.Alpha <= 1))
        {
            yield return ("Alpha", options.Alpha, "in [0, 1]");
        }

        if (options is { Divergence: "Decoupled", Beta: { } weight } && (!(weight >= 0) || double.IsInfinity(weight)))
        {
            yield return ("Beta", weight, "at least 0 and finite for Decoupled");
        }

        if (options is { Divergence: not "Decoupled", Beta: { } share } && !(share > 0 && share < 1))
        {
            yield return ("Beta", share, $"in (0, 1), exclusive, for {options.Divergence}");
        }
    }

    private static double? DefaultBeta(string divergence) => divergence switch
    {
        "JensenShannon" => 0.5,
        "SkewKl" or "SkewReverseKl" => 0.1,
        "Decoupled" => 8,
        _ => null,
    };
}
