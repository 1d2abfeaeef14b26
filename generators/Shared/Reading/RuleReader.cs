using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads the sparsity attributes of one class or member (CDSL1004, CDSL1005, CDSL1006).</summary>
internal static class RuleReader
{
    /// <summary>The rule that stands on a symbol, or null where there is none or where it is wrong; what is wrong goes to the problems.</summary>
    public static RuleModel? Read(ISymbol symbol, ImmutableArray<Problem>.Builder problems, CancellationToken token)
    {
        var attributes = Annotations.Sparsity(symbol);

        if (attributes.IsEmpty)
        {
            return null;
        }

        foreach (var attribute in attributes.Skip(1))
        {
            problems.Add(new Problem("CDSL1006", attribute.GetLocation(token), symbol.Name, ShortName(attributes[0]), ShortName(attribute)));
        }

        var before = problems.Count;
        var rules = attributes.Select(attribute => Read(attribute, problems, token)).ToArray();

        return problems.Count == before && attributes.Length == 1 ? rules[0] : null;
    }

    /// <summary>The name of an attribute as the user writes it: without its suffix.</summary>
    public static string ShortName(AttributeData attribute)
    {
        const string suffix = "Attribute";
        var name = attribute.AttributeClass?.Name ?? "";

        return name.EndsWith(suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - suffix.Length) : name;
    }

    private static RuleModel? Read(AttributeData attribute, ImmutableArray<Problem>.Builder problems, CancellationToken token)
    {
        var pattern = ShortName(attribute) switch
        {
            "Sparsity" => PatternKind.Unstructured,
            "SemiStructured" => PatternKind.SemiStructured,
            _ => PatternKind.Dense,
        };
        var sparsity = pattern == PatternKind.Unstructured ? attribute.Positional(0, 0.0) : 0;
        var (n, m) = pattern == PatternKind.SemiStructured ? (attribute.Positional(0, 0), attribute.Positional(1, 0)) : (0, 0);

        // Arguments that do not even compile have no values to judge.
        if (attribute.AttributeConstructor?.Parameters.Length != attribute.ConstructorArguments.Length
            || attribute.ConstructorArguments.Any(static argument => argument.Kind == TypedConstantKind.Error))
        {
            return null;
        }

        if (pattern == PatternKind.Unstructured && !(sparsity > 0 && sparsity < 1))
        {
            problems.Add(new Problem(
                "CDSL1004", attribute.LocatePositional(0, token), "Sparsity", sparsity, "in (0, 1), exclusive: the fraction that is removed"));
        }

        if (pattern == PatternKind.SemiStructured && m < 2)
        {
            problems.Add(new Problem("CDSL1005", attribute.LocatePositional(1, token), n, m));
        }
        else if (pattern == PatternKind.SemiStructured && (n < 1 || n >= m))
        {
            problems.Add(new Problem("CDSL1005", attribute.LocatePositional(0, token), n, m));
        }

        foreach (var (name, value, members) in attribute.FindUndefinedEnums())
        {
            problems.Add(new Problem("CDSL1004", attribute.LocateNamed(name, token), name, value, members));
        }

        return new RuleModel(
            pattern,
            sparsity,
            n,
            m,
            Criterion: attribute.NamedEnum("Criterion", "Magnitude"),
            Scope: attribute.NamedEnum("Scope", "PerLayer"),
            Kernel: attribute.NamedEnum("Kernel", "Unspecified"),
            Purpose: attribute.NamedEnum("Purpose", "Speed"));
    }
}
