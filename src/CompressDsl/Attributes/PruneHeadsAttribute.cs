namespace CompressDsl;

/// <summary>Heads of an attention really go: <c>[PruneHeads(0.25)]</c> removes a quarter, <c>[PruneHeads(Keep = 8)]</c> all but eight.</summary>
/// <remarks>
/// <para>It stands on the class of the attention. Which layers make queries, keys, values and the output is found in its forward; to say it oneself,
/// name the members with <c>nameof</c> (CDSL1007). A fused layer may be named for several roles.</para>
/// <para>Where query heads share key/value heads, every key/value head stays and loses equally many of its query heads.</para>
/// <para>The heads are masked first; a shrink makes the tensors smaller, and writes the number of heads that are left to where forward reads it.
/// Either the fraction or <see cref="Keep"/> is given (CDSL1004).
/// Paper: Michel et al., Are Sixteen Heads Really Better than One?, arXiv 1905.10650.</para>
/// </remarks>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class PruneHeadsAttribute : Attribute
{
    /// <summary>How many heads stay is said by <see cref="Keep"/>.</summary>
    public PruneHeadsAttribute()
    {
    }

    /// <summary>How many heads go is said as a fraction.</summary>
    /// <param name="ratio">The fraction of the heads that is REMOVED, in (0, 1).</param>
    public PruneHeadsAttribute(double ratio) => Ratio = ratio;

    /// <summary>The fraction of the heads that is removed, in (0, 1); 0 where <see cref="Keep"/> says how many stay.</summary>
    public double Ratio { get; }

    /// <summary>How many heads stay, at least 1; 0 where the fraction says how many go.</summary>
    public int Keep { get; set; }

    /// <summary>How the heads that go are chosen. Default: magnitude.</summary>
    public Criterion Criterion { get; set; }

    /// <summary>
    /// Which heads are compared with each other. <see cref="Scope.PerLayer"/>, the default: those of one attention.
    /// <see cref="Scope.Global"/>: those of all instances of this class in the module that is pruned, with the fraction as the average.
    /// </summary>
    public Scope Scope { get; set; } = Scope.PerLayer;

    /// <summary>How many heads stay is a multiple of this number, which is at least 1. Default: 1, any number.</summary>
    public int RoundTo { get; set; } = 1;

    /// <summary>The layer that makes the queries; null: it is found in forward.</summary>
    public string? Query { get; set; }

    /// <summary>The layer that makes the keys; null: it is found in forward.</summary>
    public string? Key { get; set; }

    /// <summary>The layer that makes the values; null: it is found in forward.</summary>
    public string? Value { get; set; }

    /// <summary>The layer that mixes the heads; null: it is found in forward.</summary>
    public string? Output { get; set; }

    /// <summary>The int or long that holds the number of query heads; null: it is found in forward.</summary>
    public string? Heads { get; set; }

    /// <summary>The int or long that holds the number of key/value heads; null: it is found in forward.</summary>
    public string? KeyValueHeads { get; set; }
}
