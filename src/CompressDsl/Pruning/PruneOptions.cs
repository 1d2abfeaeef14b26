namespace CompressDsl;

/// <summary>What a call of <see cref="Pruner.Run"/> does otherwise than the attributes say.</summary>
public sealed record PruneOptions
{
    /// <summary>
    /// Takes the place of the rule of every weight that is not kept dense, so that one annotated model can be tried at several sparsities; null
    /// leaves the attributes alone. With <see cref="Scope.Global"/> all those weights are then compared with each other. The kernel stays the
    /// attribute's.
    /// </summary>
    public SparsityRule? Rule { get; init; }
}
