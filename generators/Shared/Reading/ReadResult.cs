using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Something in the source that is against a rule of the language.</summary>
/// <param name="Id">The id of the rule, <c>CDSLnnnn</c>.</param>
/// <param name="Location">Where the squiggle stands.</param>
/// <param name="Arguments">What the rule's message is filled with.</param>
internal sealed record Problem(string Id, Location? Location, params object[] Arguments);

/// <summary>What reading a class gave: a model, or the problems that there is none because of; and what may disappoint beside a model.</summary>
/// <typeparam name="T">The type of the model.</typeparam>
/// <param name="Model">The model, or null where there is an error.</param>
/// <param name="Problems">The problems, in the order of the source.</param>
internal sealed record ReadResult<T>(T? Model, ImmutableArray<Problem> Problems)
    where T : class
{
    /// <summary>Problems in spite of which there is a model.</summary>
    public ImmutableArray<Problem> Warnings { get; init; } = [];
}
