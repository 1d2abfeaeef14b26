namespace CompressDsl;

/// <summary>How many of the lowest scores go where a fraction is asked for.</summary>
public enum CutOff
{
    /// <summary>Exactly floor(count * sparsity); among equal scores the first go.</summary>
    Exact,

    /// <summary>
    /// Everything at or below the score at the place floor(count * sparsity) of the sorted scores: one more, and more still with ties. What the
    /// published code of SparseGPT and of Wanda's magnitude baseline does.
    /// </summary>
    AtOrBelow,
}
