using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads <c>[Gradual]</c> (CDSL1003, CDSL1004, CDSL1006).</summary>
internal static class GradualReader
{
    /// <summary>What <c>[Gradual]</c> beside a rule asks for; null where it does not stand there. What is wrong goes to the problems.</summary>
    /// <param name="symbol">The class or member.</param>
    /// <param name="rules">The sparsity attributes on it.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="token">Cancels the reading.</param>
    public static GradualModel? Read(
        ISymbol symbol, ImmutableArray<AttributeData> rules, ImmutableArray<Problem>.Builder problems, CancellationToken token)
    {
        if (Annotations.Gradual(symbol) is not { } attribute)
        {
            return null;
        }

        if (rules.IsEmpty)
        {
            problems.Add(new Problem(
                "CDSL1003",
                attribute.GetLocation(token),
                RuleReader.ShortName(attribute),
                symbol is INamedTypeSymbol ? $"the class '{symbol.Name}'" : MemberReader.Describe(symbol),
                "a class or member that carries [Sparsity], [SemiStructured] or [BlockSparsity] itself"));
        }
        else if (rules.All(static rule => rule.AttributeClass.HasMetadataName(KnownNames.KeepDenseAttribute)))
        {
            problems.Add(new Problem("CDSL1006", attribute.GetLocation(token), symbol.Name, RuleReader.ShortName(rules[0]), RuleReader.ShortName(attribute)));
        }

        var gradual = new GradualModel(
            attribute.Named("Steps", 1000), attribute.NamedEnum("Ramp", "Cubic"), attribute.Named("Every", 10), attribute.Named("Begin", 0));
        RequireAtLeast("Steps", gradual.Steps, 1, "the number of training steps over which the target is reached");
        RequireAtLeast("Every", gradual.Every, 1, "the number of training steps from one pruning to the next");
        RequireAtLeast("Begin", gradual.Begin, 0, "the training step at which the ramp begins");
        problems.AddRange(RuleReader.FindUndefinedEnums(attribute, token));
        return gradual;

        void RequireAtLeast(string name, int value, int least, string meaning)
        {
            if (value < least)
            {
                problems.Add(new Problem("CDSL1004", attribute.LocateNamed(name, token), name, value, $"at least {least}: {meaning}"));
            }
        }
    }
}
