namespace CompressDsl.Models;

/// <summary>What one structure attribute asks for.</summary>
/// <param name="Kind">What goes.</param>
/// <param name="Member">The member that carries the attribute, escaped where it is a keyword; null where the class does.</param>
/// <param name="Ratio">The fraction removed, or null where <paramref name="Keep"/> is given.</param>
/// <param name="Keep">How many stay, or null where <paramref name="Ratio"/> is given.</param>
/// <param name="Criterion">The name of the criterion.</param>
/// <param name="Scope">The name of the scope; null where it is <c>PerLayer</c>, the default.</param>
/// <param name="RoundTo">How many stay is a multiple of this, at least 1.</param>
/// <param name="Roles">For heads, the members that are named for a role; null where none is.</param>
internal sealed record StructureModel(
    StructureKind Kind, string? Member, double? Ratio, int? Keep, string Criterion, string? Scope, int RoundTo, HeadRoles? Roles)
{
    /// <summary>What goes together, as forward couples it; the blocks of a list are none.</summary>
    public EquatableArray<CoupledGroupModel> Groups { get; init; } = [];
}

/// <summary>The members of an attention that are named for their role, each as metadata names it; null where it is to be found.</summary>
/// <param name="Query">The layer that makes the queries.</param>
/// <param name="Key">The layer that makes the keys.</param>
/// <param name="Value">The layer that makes the values.</param>
/// <param name="Output">The layer that mixes the heads.</param>
/// <param name="Heads">The number of query heads.</param>
/// <param name="KeyValueHeads">The number of key/value heads.</param>
internal sealed record HeadRoles(string? Query, string? Key, string? Value, string? Output, string? Heads, string? KeyValueHeads);

/// <summary>What a structure attribute removes; the attribute is called <c>Prune</c> and this.</summary>
internal enum StructureKind
{
    /// <summary>Heads of an attention.</summary>
    Heads,

    /// <summary>Output channels of a layer.</summary>
    Channels,

    /// <summary>Blocks of a list.</summary>
    Layers,

    /// <summary>Channels of the residual stream.</summary>
    Hidden,
}
