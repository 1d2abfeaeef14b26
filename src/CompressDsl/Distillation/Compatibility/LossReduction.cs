namespace CompressDsl.Compatibility;

/// <summary>
/// How the losses of PyTorch libraries are reduced; what each means is said where it is taken. Our own terms have one reduction: the mean over what counts.
/// </summary>
public enum LossReduction
{
    /// <summary>The sum, divided by the number of tokens or samples.</summary>
    BatchMean,

    /// <summary>The sum, divided by the number of elements: for a divergence, the classes count too.</summary>
    Mean,

    /// <summary>The sum.</summary>
    Sum,

    /// <summary>Nothing is summed.</summary>
    None,
}
