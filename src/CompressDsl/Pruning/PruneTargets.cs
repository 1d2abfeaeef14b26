namespace CompressDsl;

/// <summary>Which attributes a call of <see cref="Pruner.Run"/> follows.</summary>
[Flags]
public enum PruneTargets
{
    /// <summary>Single weights: <c>[Sparsity]</c>, <c>[SemiStructured]</c>, <c>[BlockSparsity]</c>.</summary>
    Weights = 1,

    /// <summary>Heads, channels, hidden channels and blocks: <c>[PruneHeads]</c>, <c>[PruneChannels]</c>, <c>[PruneHidden]</c>, <c>[PruneLayers]</c>.</summary>
    Structure = 2,

    /// <summary>All of them.</summary>
    All = Weights | Structure,
}
