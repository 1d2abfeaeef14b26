using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads a class with sparsity or structure attributes on it or on its members: to a model, or to what is wrong with it.</summary>
internal static class CompressionReader
{
    public static ReadResult<CompressionModel> Read(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        var parts = ReadParts(type, compilation, token);

        // What a class is whose base class does not resolve, nobody can tell; the compiler says that much.
        if (type.IsUnresolved() || !parts.Problems.IsEmpty)
        {
            return new ReadResult<CompressionModel>(null, parts.Problems);
        }

        var annotatedBase = type.BaseType is { } parent ? ChildReader.AnnotatedBase(parent) : null;
        var model = new CompressionModel(
            TypeReader.Read(type),
            parts.Rule,
            annotatedBase is not null && IsWritten(annotatedBase, compilation, token) ? ChildReader.CompressionOf(annotatedBase) : null,
            ChildReader.CaptureMethodOf(type),
            ForwardSignature.Read(type) is not null,
            parts.Members
                .Where(held => ChildReader.AnnotatedHeld(MemberReader.TypeOf(held.Member)) is not { } child || IsWritten(child, compilation, token))
                .Select(static held => held.Model)
                .ToEquatableArray(),
            parts.Structures.Select(static annotation => annotation.Model).ToEquatableArray(),
            parts.Flow?.WithoutPlaces());

        return new ReadResult<CompressionModel>(model, []) { Warnings = parts.Warnings };
    }

    /// <summary>
    /// Whether the generator writes the code of an annotated class. An error there must not come back as another one in the generated code
    /// of those that hold it: the compiler would stop at that before it comes to the rule.
    /// </summary>
    private static bool IsWritten(INamedTypeSymbol annotated, Compilation compilation, CancellationToken token)
        => !SymbolEqualityComparer.Default.Equals(annotated.ContainingAssembly, compilation.Assembly)
            || (!annotated.IsUnresolved() && ReadParts(annotated.OriginalDefinition, compilation, token).Problems.IsEmpty);

    private static Parts ReadParts(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        if (type.IsUnresolved())
        {
            return new Parts(null, [], [], null, [], []);
        }

        var problems = ImmutableArray.CreateBuilder<Problem>();

        if (Annotations.Pruning(type) is [var attribute, ..] && !type.IsModule())
        {
            problems.Add(new Problem(
                "CDSL1002", attribute.GetLocation(token), RuleReader.ShortName(attribute), type.Name, "it does not derive from torch.nn.Module"));
        }

        var rule = RuleReader.Read(type, problems, token);
        var members = ImmutableArray.CreateBuilder<(ISymbol, MemberModel)>();
        var structures = StructureReader.Read(type, problems, token).ToBuilder();

        foreach (var member in Annotations.Members(type))
        {
            token.ThrowIfCancellationRequested();

            if (MemberReader.Read(member, rule, compilation, problems, token) is { } model)
            {
                members.Add((member, model));
            }

            structures.AddRange(StructureReader.Read(member, problems, token));
        }

        // A class that is no module has worse troubles than a missing word.
        if (type.IsModule() && Annotations.IsAnnotated(type))
        {
            problems.AddRange(TypeReader.FindObstacles(type, token));
        }

        // Channels are followed in code that is right so far.
        var heads = structures.Select(static annotation => annotation.Model.Roles?.Heads).FirstOrDefault(static name => name is not null);
        var flow = problems.Count == 0 && structures.Any(static annotation => annotation.Model.Kind != StructureKind.Layers) ? FlowReader.Read(type, heads, compilation, token) : null;
        var (annotations, channels) = flow is null ? (structures.ToImmutable(), []) : ChannelReader.Read(structures.ToImmutable(), flow, token);

        return new Parts(
            rule,
            members.ToImmutable(),
            annotations,
            flow,
            problems.Concat(channels.Where(static problem => !ChannelReader.IsWarning(problem))).ToImmutableArray(),
            channels.Where(ChannelReader.IsWarning).ToImmutableArray());
    }

    private sealed record Parts(
        RuleModel? Rule,
        ImmutableArray<(ISymbol Member, MemberModel Model)> Members,
        ImmutableArray<StructureAnnotation> Structures,
        FlowModel? Flow,
        ImmutableArray<Problem> Problems,
        ImmutableArray<Problem> Warnings);
}
