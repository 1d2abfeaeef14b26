using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The divergences by their names, for code that learns at run time which one is wanted.</summary>
internal static class DivergenceMean
{
    /// <summary>The mean over the rows, without the factor T^2.</summary>
    /// <param name="divergence">Which one.</param>
    /// <param name="rows">The rows that count.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="beta">The parameter of the divergence; NaN takes its default.</param>
    public static Tensor Of(Divergence divergence, LogitRows rows, double temperature, double beta)
    {
        beta = BetaOf(divergence, beta);
        return divergence switch
        {
            Divergence.ForwardKl => ForwardKl.Mean(rows, temperature),
            Divergence.ReverseKl => ReverseKl.Mean(rows, temperature),
            Divergence.JensenShannon => JensenShannon.Mean(rows, temperature, beta),
            Divergence.SkewKl => SkewKl.Mean(rows, temperature, beta),
            Divergence.SkewReverseKl => SkewReverseKl.Mean(rows, temperature, beta),
            Divergence.TotalVariation => TotalVariation.Mean(rows, temperature),
            Divergence.MeanSquaredLogits => MeanSquaredLogits.Mean(rows, temperature),
            Divergence.Decoupled => Decoupled.Mean(rows, temperature, beta),
            _ => throw new ArgumentOutOfRangeException(nameof(divergence), divergence, "There is no such divergence."),
        };
    }

    /// <summary>Beta, or where it is NaN the default that <see cref="DistillFromAttribute.Beta"/> states.</summary>
    public static double BetaOf(Divergence divergence, double beta) => !double.IsNaN(beta) ? beta : divergence switch
    {
        Divergence.JensenShannon => 0.5,
        Divergence.SkewKl or Divergence.SkewReverseKl => 0.1,
        Divergence.Decoupled => 8,
        _ => beta,
    };

    /// <summary>Throws unless the divergence can be computed with this Beta (its default where it is NaN).</summary>
    public static void Check(Divergence divergence, double beta)
    {
        beta = BetaOf(divergence, beta);
        switch (divergence)
        {
            case Divergence.JensenShannon or Divergence.SkewKl or Divergence.SkewReverseKl:
                Mixture.CheckShare(beta);
                break;
            case Divergence.Decoupled when !(double.IsFinite(beta) && beta >= 0):
                throw new ArgumentOutOfRangeException(nameof(beta), beta, "Beta must be a finite number, at least 0.");
            default:
                if (!Enum.IsDefined(divergence))
                {
                    throw new ArgumentOutOfRangeException(nameof(divergence), divergence, "There is no such divergence.");
                }

                break;
        }
    }
}
