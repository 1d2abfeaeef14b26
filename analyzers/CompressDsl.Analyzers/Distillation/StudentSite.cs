using System.Collections.Immutable;
using CompressDsl.Models;
using CompressDsl.Reading;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers;

/// <summary>A class with <c>[DistillFrom]</c>, and what it matches.</summary>
/// <param name="Type">The class.</param>
/// <param name="Attributes">Its <c>[DistillFrom]</c>s; the first speaks of the loss.</param>
/// <param name="Compilation">The compilation whose source is read.</param>
/// <param name="Token">Cancels the analysis.</param>
internal sealed record StudentSite(INamedTypeSymbol Type, ImmutableArray<AttributeData> Attributes, Compilation Compilation, CancellationToken Token)
{
    /// <summary>What the first attribute says, with the defaults of what it does not.</summary>
    public DistillationOptions Options { get; } = DistillationOptionsReader.Read(Attributes[0]);

    /// <summary>Where the attribute stands that speaks of the loss.</summary>
    public Location? Location => Attributes[0].GetLocation(Token);

    /// <summary>The classes that it learns from.</summary>
    public ImmutableArray<INamedTypeSymbol> Teachers => MatchReader.TeachersOf(Type);

    /// <summary>The <c>[MatchHidden]</c>s and <c>[MatchAttention]</c>s whose arguments compile, in the order of the source.</summary>
    public IEnumerable<(ISymbol Member, AttributeData Attribute)> Matches
        => from member in Annotations.Members(Type)
           from attribute in Annotations.Match(member)
           where attribute.HasItsValues(Token)
           select (member, attribute);
}
