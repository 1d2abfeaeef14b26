using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The mean over the classes of ((z_T - z_S) / T)^2. Paper: Kim et al., Comparing Kullback-Leibler Divergence and Mean Squared Error Loss in
/// Knowledge Distillation, arXiv 2105.08919.
/// </summary>
public static class MeanSquaredLogits
{
    /// <summary>The mean over the rows; without the factor T^2, which makes it independent of T.</summary>
    /// <param name="rows">The rows that count; their logits finite.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <returns>A scalar, at least 0; its gradient goes to the student alone.</returns>
    public static Tensor Mean(LogitRows rows, double temperature) =>
        rows.Mean(((rows.Teacher - rows.SharedStudent) / LogitRows.CheckTemperature(temperature)).square().mean([-1]));
}
