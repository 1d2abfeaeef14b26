using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

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
            Task: attribute.NamedEnum("Task", "Classification"),
            Mode: attribute.NamedEnum("Mode", "Response"),
            Lambda: attribute.Named("Lambda", 0.5),
            Mean: attribute.NamedEnum("Mean", "Probabilities"));
    }

    /// <summary>CDSL5002: options outside of their ranges, and such that a second teacher cannot say.</summary>
    public static IEnumerable<Problem> FindProblems(ImmutableArray<AttributeData> attributes, DistillationOptions options, CancellationToken token)
    {
        var location = attributes[0].GetLocation(token);

        foreach (var (name, value, range) in FindOutOfRange(options))
        {
            yield return new Problem("CDSL5002", location, name, value, range);
        }

        foreach (var (name, value, members) in attributes[0].FindUndefinedEnums())
        {
            yield return new Problem("CDSL5002", location, name, value, members);
        }

        foreach (var other in attributes.Skip(1))
        {
            foreach (var argument in other.NamedArguments)
            {
                yield return new Problem(
                    "CDSL5002", other.LocateNamed(argument.Key, token), argument.Key, argument.Value.ToCSharpString(), "said on the first [DistillFrom]: there is one loss");
            }
        }
    }

    /// <summary>The options outside of their ranges: name, value, and the range in words.</summary>
    private static IEnumerable<(string Name, double Value, string Range)> FindOutOfRange(DistillationOptions options)
    {
        if (!(options.T > 0) || double.IsInfinity(options.T))
        {
            yield return ("T", options.T, "greater than 0 and finite");
        }

        if (!(options.Alpha >= 0 && options.Alpha <= 1))
        {
            yield return ("Alpha", options.Alpha, "in [0, 1]");
        }

        if (!(options.Lambda >= 0 && options.Lambda <= 1))
        {
            yield return ("Lambda", options.Lambda, "in [0, 1]");
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
