using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A mixture of two distributions, in log space.</summary>
internal static class Mixture
{
    /// <summary>ln(share * exp p + (1 - share) * exp q) of log-probabilities [rows, classes].</summary>
    public static Tensor Log(double share, Tensor p, Tensor q) => (p + Math.Log(share)).logaddexp(q + Math.Log(1 - share));

    /// <summary>Throws unless a share is strictly between 0 and 1: at the ends the mixture is one of the two, and its divergence from it 0.</summary>
    public static double CheckShare(double beta) => beta is > 0 and < 1
        ? beta
        : throw new ArgumentOutOfRangeException(nameof(beta), beta, "Beta must be greater than 0 and less than 1.");
}
