using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Whether a linear layer divides into the groups or blocks of its rule, as far as its sizes are constants (CDSL2003).</summary>
internal static class PatternSizes
{
    /// <summary>One problem for every size, of every creation, that leaves a rest.</summary>
    /// <param name="member">The member that holds the layer.</param>
    /// <param name="rule">The rule that holds for it.</param>
    /// <param name="location">Where the attribute of the rule stands.</param>
    /// <param name="compilation">The compilation whose source is read.</param>
    /// <param name="token">Cancels the reading.</param>
    public static IEnumerable<Problem> FindProblems(ISymbol member, RuleModel rule, Location? location, Compilation compilation, CancellationToken token)
    {
        return rule.Pattern switch
        {
            PatternKind.SemiStructured => Check("input", Inputs(), $"{rule.N}:{rule.M}", rule.M, "groups of {0}"),
            PatternKind.Blocks => Check("input", Inputs(), Block(), rule.Columns, "blocks of {0} columns")
                .Concat(Check("output", LayerSizes.FindOutputs(member, compilation, token), Block(), rule.Rows, "blocks of {0} rows")),
            _ => [],
        };

        IEnumerable<long> Inputs() => LayerSizes.FindInputs(member, compilation, token);

        string Block() => $"a block of {rule.Rows} x {rule.Columns}";

        IEnumerable<Problem> Check(string side, IEnumerable<long> sizes, string pattern, int length, string parts) => sizes
            .Where(size => size % length != 0)
            .Distinct()
            .Select(size => new Problem(
                "CDSL2003", location, member.Name, side, size, pattern, string.Format(null, parts, length), ((size / length) + 1) * length));
    }
}
