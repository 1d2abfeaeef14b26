namespace CompressDsl;

/// <summary>How many of the lowest scores go where a fraction is asked for.</summary>
public enum CutOff
{
    /// <summary>Exactly floor(count * sparsity), where a product that is whole but for rounding counts as whole: 126 of 180 at 0.7. Among equal scores the first go.</summary>
    Exact,

    /// <summary>
    /// Everything at or below the score at the place floor(count * sparsity) of the sorted scores: one more, and more still with ties. What the
    /// published code of SparseGPT and of Wanda's magnitude baseline does.
    /// </summary>
    AtOrBelow,

    /// <summary>
    /// The product count * sparsity as floating point gives it, its fraction cut off: 125 of 180 at 0.7, because that product is 125.99999999999999. What the
    /// published code of Wanda does.
    /// </summary>
    Truncated,
}
