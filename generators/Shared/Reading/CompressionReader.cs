using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads a class with sparsity attributes on it or on its members: to a model, or to what is wrong with it.</summary>
internal static class CompressionReader
{
    public static ReadResult<CompressionModel> Read(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        var problems = ImmutableArray.CreateBuilder<Problem>();

        // What a class is whose base class does not resolve, nobody can tell; the compiler says that much.
        if (type.IsUnresolved())
        {
            return new ReadResult<CompressionModel>(null, []);
        }

        if (Annotations.Sparsity(type) is [var attribute, ..] && !type.IsModule())
        {
            problems.Add(new Problem("CDSL1002", attribute.GetLocation(token), RuleReader.ShortName(attribute), type.Name, "it does not derive from torch.nn.Module"));
        }

        var rule = RuleReader.Read(type, problems, token);
        var members = ImmutableArray.CreateBuilder<MemberModel>();

        foreach (var member in Annotations.Members(type))
        {
            token.ThrowIfCancellationRequested();

            if (MemberReader.Read(member, rule, compilation, problems, token) is { } model)
            {
                members.Add(model);
            }
        }

        // A class that is no module has worse troubles than a missing word.
        if (type.IsModule())
        {
            problems.AddRange(TypeReader.FindObstacles(type, token));
        }

        if (problems.Count > 0)
        {
            return new ReadResult<CompressionModel>(null, problems.ToImmutable());
        }

        var annotatedBase = type.BaseType is { } parent ? ChildReader.AnnotatedBase(parent) : null;

        return new ReadResult<CompressionModel>(
            new CompressionModel(
                TypeReader.Read(type),
                rule,
                annotatedBase is null ? null : ChildReader.CompressionOf(annotatedBase),
                new EquatableArray<MemberModel>(members.ToImmutable())),
            []);
    }
}
