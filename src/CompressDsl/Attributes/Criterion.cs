namespace CompressDsl;

/// <summary>How the weights that go are chosen.</summary>
public enum Criterion
{
    /// <summary>
    /// The smallest absolute values go. Needs no data.
    /// Paper: Han et al., Learning both Weights and Connections for Efficient Neural Networks, arXiv 1506.02626.
    /// </summary>
    Magnitude,
}
