namespace CompressDsl.Tests;

/// <summary>Layers that lose channels together.</summary>
/// <param name="Root">In whose numbering they are counted.</param>
/// <param name="Members">All of them.</param>
internal sealed record GoldenGroup(GoldenMember Root, IReadOnlyList<GoldenMember> Members);

/// <summary>One side of a layer.</summary>
/// <param name="Layer">The name of the layer.</param>
/// <param name="IsOutput">Whether its outputs go, or its inputs.</param>
/// <param name="Count">How many indices go.</param>
/// <param name="Removed">Which; null where only their number is told.</param>
internal sealed record GoldenMember(string Layer, bool IsOutput, int Count, int[]? Removed);
