using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads the structure attributes of one class or member (CDSL1002, CDSL1003, CDSL1004, CDSL1006, CDSL1007).</summary>
internal static class StructureReader
{
    /// <summary>What the structure attributes on a symbol ask for, as far as they are right; what is wrong goes to the problems.</summary>
    /// <param name="symbol">A class, or a field or property.</param>
    /// <param name="problems">Takes what is wrong.</param>
    /// <param name="token">Cancels the reading.</param>
    public static ImmutableArray<StructureAnnotation> Read(ISymbol symbol, ImmutableArray<Problem>.Builder problems, CancellationToken token)
    {
        var attributes = Annotations.Structure(symbol).RemoveAll(attribute => !CanStandOn(symbol, KindOf(attribute)));

        // What cannot carry an attribute has its problem already.
        if (attributes.IsEmpty || (symbol is INamedTypeSymbol type ? !type.IsModule() : MemberReader.FindObstacle(symbol) is not null))
        {
            return [];
        }

        foreach (var attribute in attributes)
        {
            if (Annotations.KeepDense(symbol) is { } dense)
            {
                problems.Add(new Problem("CDSL1006", attribute.GetLocation(token), symbol.Name, RuleReader.ShortName(dense), RuleReader.ShortName(attribute)));
            }

            if (FindMisplaced(symbol, attribute, token) is { } misplaced)
            {
                problems.Add(misplaced);
            }
        }

        return attributes
            .Select(attribute => Read(symbol, attribute, problems, token) is { } model ? new StructureAnnotation(symbol, attribute, model) : null)
            .OfType<StructureAnnotation>()
            .ToImmutableArray();
    }

    private static StructureModel? Read(ISymbol symbol, AttributeData attribute, ImmutableArray<Problem>.Builder problems, CancellationToken token)
    {
        if (!attribute.HasItsValues(token))
        {
            return null;
        }

        var kind = KindOf(attribute);
        var scope = attribute.NamedEnum("Scope", "PerLayer");

        var model = new StructureModel(
            kind,
            Member: symbol is INamedTypeSymbol ? null : symbol.EscapedName(),
            Ratio: attribute.ConstructorArguments is [{ Value: double ratio }] ? ratio : null,
            Keep: attribute.Given<int>("Keep"),
            Criterion: attribute.NamedEnum("Criterion", StructureCriteria.For(kind)[0]),
            Scope: scope == "PerLayer" ? null : scope,
            RoundTo: attribute.Named("RoundTo", 1),
            Roles: kind == StructureKind.Heads && symbol is INamedTypeSymbol type ? StructureRoles.Read(type, attribute, problems, token) : null);

        problems.AddRange(StructureRanges.Find(model, attribute, token));
        problems.AddRange(RuleReader.FindUndefinedEnums(attribute, token));
        return model;
    }

    // What the compiler refuses to see on a class or a member is left to it.
    private static bool CanStandOn(ISymbol symbol, StructureKind kind)
        => kind == StructureKind.Channels || (symbol is INamedTypeSymbol ? kind != StructureKind.Layers : kind == StructureKind.Layers);

    private static StructureKind KindOf(AttributeData attribute) => RuleReader.ShortName(attribute) switch
    {
        "PruneHeads" => StructureKind.Heads,
        "PruneChannels" => StructureKind.Channels,
        "PruneLayers" => StructureKind.Layers,
        _ => StructureKind.Hidden,
    };

    private static Problem? FindMisplaced(ISymbol symbol, AttributeData attribute, CancellationToken token)
    {
        var (location, name) = (attribute.GetLocation(token), RuleReader.ShortName(attribute));

        if (symbol is INamedTypeSymbol type)
        {
            return ForwardSignature.HasForward(type) ? null
                : new Problem("CDSL1002", location, name, type.Name, "it has no forward whose channels could be followed");
        }

        var held = MemberReader.TypeOf(symbol);
        var (isRight, allowed) = KindOf(attribute) == StructureKind.Layers
            ? (MemberTypes.IsBlockList(held), "a ModuleList or Sequential, of whose blocks some go")
            : (MemberTypes.IsMatrixLayer(held),
                "a layer whose output channels can go (Linear, SparseLinear, Conv1d/2d/3d, ConvTranspose1d/2d/3d), or on a class");

        return isRight || held.IsUnresolved() ? null : new Problem("CDSL1003", location, name, MemberReader.Describe(symbol), allowed);
    }
}
