using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>The ranges of the arguments of a structure attribute (CDSL1004).</summary>
internal static class StructureRanges
{
    /// <summary>What is outside of its range; every problem stands on its argument.</summary>
    public static IEnumerable<Problem> Find(StructureModel model, AttributeData attribute, CancellationToken token)
    {
        var name = RuleReader.ShortName(attribute);

        switch (model)
        {
            case { Ratio: null, Keep: null }:
                yield return new Problem(
                    "CDSL1004",
                    attribute.GetLocation(token),
                    "Ratio",
                    "not given",
                    $"in (0, 1), as in [{name}(0.25)], or else Keep at least 1, as in [{name}(Keep = 8)]");
                break;
            case { Ratio: { } ratio, Keep: { } keep }:
                yield return new Problem(
                    "CDSL1004", Locate("Keep"), "Keep", FormattableString.Invariant($"{keep} beside a ratio of {ratio}"), "left out, or else the ratio");
                break;
            case { Ratio: { } ratio } when !(ratio > 0 && ratio < 1):
                yield return new Problem(
                    "CDSL1004", attribute.LocatePositional(0, token), "Ratio", ratio, "in (0, 1), exclusive: the fraction that is removed");
                break;
            case { Keep: < 1 }:
                yield return new Problem("CDSL1004", Locate("Keep"), "Keep", model.Keep, "at least 1: how many stay");
                break;
            case { Keep: { } keep, RoundTo: > 0 } when keep % model.RoundTo != 0:
                yield return new Problem("CDSL1004", Locate("Keep"), "Keep", keep, $"a multiple of RoundTo, which is {model.RoundTo}");
                break;
        }

        if (model.RoundTo < 1)
        {
            yield return new Problem("CDSL1004", Locate("RoundTo"), "RoundTo", model.RoundTo, "at least 1: how many stay is a multiple of it");
        }

        if (model.Scope is not (null or "Global"))
        {
            yield return new Problem("CDSL1004", Locate("Scope"), "Scope", model.Scope, $"PerLayer or Global for [{name}]");
        }

        if (!StructureCriteria.For(model.Kind).Contains(model.Criterion))
        {
            yield return new Problem(
                "CDSL1004",
                Locate("Criterion"),
                "Criterion",
                model.Criterion,
                $"one that applies to [{name}]: one of {string.Join(", ", StructureCriteria.For(model.Kind))}");
        }

        Location? Locate(string argument) => attribute.LocateNamed(argument, token);
    }
}
