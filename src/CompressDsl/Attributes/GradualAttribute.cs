namespace CompressDsl;

/// <summary>
/// Beside a sparsity attribute: its target is reached over a run of training steps instead of at once. See
/// <see cref="GradualExtensions.PruneGradually"/>.
/// </summary>
/// <remarks>
/// It speaks of the attribute on the same class or member, and of nothing further up or down. <c>Prune()</c> pays no heed to it. N:M has no half-way: its
/// pattern is set at the end.
/// </remarks>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Field | AttributeTargets.Property, Inherited = false)]
public sealed class GradualAttribute : Attribute
{
    /// <summary>Over how many optimizer steps the target is reached, at least 1.</summary>
    public int Steps { get; set; } = 1000;

    /// <summary>How the sparsity grows. Default: cubic.</summary>
    public Ramp Ramp { get; set; }

    /// <summary>Prune again after this many steps, at least 1.</summary>
    public int Every { get; set; } = 10;

    /// <summary>The optimizer step before which nothing is pruned, at least 0.</summary>
    public int Begin { get; set; }
}
