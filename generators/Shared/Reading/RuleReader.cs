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

        if (attributes.IsEmpty && Annotations.Gradual(symbol) is null)
        {
            return null;
        }

        foreach (var attribute in attributes.Skip(1))
        {
            problems.Add(new Problem("CDSL1006", attribute.GetLocation(token), symbol.Name, ShortName(attributes[0]), ShortName(attribute)));
        }

        var before = problems.Count;
        var gradual = GradualReader.Read(symbol, attributes, problems, token);
        var rules = attributes.Select(attribute => Read(attribute, problems, token)).ToArray();

        return problems.Count == before && rules is [{ } rule] ? rule with { Gradual = gradual } : null;
    }

    /// <summary>The name of an attribute as the user writes it: without its suffix.</summary>
    public static string ShortName(AttributeData attribute)
    {
        const string suffix = "Attribute";
        var name = attribute.AttributeClass?.Name ?? "";

        return name.EndsWith(suffix, StringComparison.Ordinal) ? name.Substring(0, name.Length - suffix.Length) : name;
    }

    /// <summary>CDSL1004: the options whose value is no member of their enum.</summary>
    public static IEnumerable<Problem> FindUndefinedEnums(AttributeData attribute, CancellationToken token)
        => attribute.FindUndefinedEnums()
            .Select(option => new Problem("CDSL1004", attribute.LocateNamed(option.Name, token), option.Name, option.Value, option.Members));

    private static RuleModel? Read(AttributeData attribute, ImmutableArray<Problem>.Builder problems, CancellationToken token)
    {
        if (!attribute.HasItsValues(token))
        {
            return null;
        }

        var pattern = ShortName(attribute) switch
        {
            "Sparsity" => PatternKind.Unstructured,
            "SemiStructured" => PatternKind.SemiStructured,
            "BlockSparsity" => PatternKind.Blocks,
            _ => PatternKind.Dense,
        };
        var sparsity = pattern is PatternKind.Unstructured or PatternKind.Blocks ? attribute.Positional(0, 0.0) : 0;
        var (n, m) = pattern == PatternKind.SemiStructured ? (attribute.Positional(0, 0), attribute.Positional(1, 0)) : (0, 0);
        var (rows, columns) = pattern == PatternKind.Blocks ? (attribute.Positional(1, 0), attribute.Positional(2, 0)) : (0, 0);
        var criterion = attribute.NamedEnum("Criterion", "Magnitude");
        var scope = attribute.NamedEnum("Scope", "");

        problems.AddRange(FindOutOfRange(attribute, pattern, sparsity, (n, m), (rows, columns), token));
        problems.AddRange(FindUndefinedEnums(attribute, token));

        if (!Criteria.Contains(criterion))
        {
            problems.Add(new Problem(
                "CDSL1004",
                attribute.LocateNamed("Criterion", token),
                "Criterion",
                criterion,
                $"one that applies to single weights, for [{ShortName(attribute)}] one of {string.Join(", ", Criteria)}"));
        }

        return new RuleModel(
            pattern,
            sparsity,
            n,
            m,
            rows,
            columns,
            criterion,
            Scope: scope.Length == 0 || scope == DefaultScope(criterion) ? null : scope,
            Kernel: attribute.NamedEnum("Kernel", "Unspecified"),
            Purpose: attribute.NamedEnum("Purpose", "Speed"),
            Gradual: null);
    }

    // Those that have a score for every weight, or solve for the weights of a layer.
    private static readonly string[] Criteria = ["Magnitude", "Wanda", "SparseGpt", "Taylor", "Fisher", "Movement", "Random", "Alps"];

    // What SparsityRule.Unstructured takes where no scope is given.
    private static string DefaultScope(string criterion) => criterion == "Wanda" ? "PerRow" : "PerLayer";

    private static IEnumerable<Problem> FindOutOfRange(
        AttributeData attribute, PatternKind pattern, double sparsity, (int N, int M) groups, (int Rows, int Columns) block, CancellationToken token)
    {
        if (pattern is PatternKind.Unstructured or PatternKind.Blocks && !(sparsity > 0 && sparsity < 1))
        {
            yield return new Problem(
                "CDSL1004", attribute.LocatePositional(0, token), "Sparsity", sparsity, "in (0, 1), exclusive: the fraction that is removed");
        }

        if (pattern == PatternKind.SemiStructured && (groups.M < 2 || groups.N < 1 || groups.N >= groups.M))
        {
            yield return new Problem("CDSL1005", attribute.LocatePositional(groups.M < 2 ? 1 : 0, token), groups.N, groups.M);
        }

        if (pattern == PatternKind.Blocks && block.Rows < 1)
        {
            yield return new Problem("CDSL1004", attribute.LocatePositional(1, token), "Rows", block.Rows, "at least 1: the height of a block");
        }

        if (pattern == PatternKind.Blocks && block.Columns < 1)
        {
            yield return new Problem("CDSL1004", attribute.LocatePositional(2, token), "Columns", block.Columns, "at least 1: the width of a block");
        }

        if (block is (1, 1))
        {
            yield return new Problem(
                "CDSL1004", attribute.LocatePositional(2, token), "Columns", 1, "more than 1 where Rows is 1: blocks of a single weight are [Sparsity]");
        }
    }
}
