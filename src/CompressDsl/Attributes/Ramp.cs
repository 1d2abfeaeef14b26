namespace CompressDsl;

/// <summary>How a sparsity grows from nothing to its target.</summary>
public enum Ramp
{
    /// <summary>
    /// s(t) = target * (1 - (1 - t)³) for t in [0, 1]: fast while much is redundant, slow towards the end.
    /// Paper: Zhu and Gupta, To prune, or not to prune, arXiv 1710.01878.
    /// </summary>
    Cubic,

    /// <summary>s(t) = target * t.</summary>
    Linear,
}
