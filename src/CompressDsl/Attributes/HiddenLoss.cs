namespace CompressDsl;

/// <summary>How hidden states are compared.</summary>
public enum HiddenLoss
{
    /// <summary>The mean over the valid places and the width of (h_T - h_S)^2. Paper: Romero et al., FitNets, arXiv 1412.6550.</summary>
    MeanSquared,

    /// <summary>The mean over the valid places of 1 - cos(h_T, h_S). Paper: Sanh et al., DistilBERT, arXiv 1910.01108.</summary>
    Cosine,
}
