namespace CompressDsl;

/// <summary>The activations, one number at a time: they are applied once a result, where a product has hundreds of multiplications.</summary>
internal static class Activations
{
    /// <summary>f(value).</summary>
    public static float Apply(FusedActivation activation, float value) => activation switch
    {
        FusedActivation.Relu => value < 0 ? 0 : value,
        FusedActivation.Silu => value / (1 + MathF.Exp(-value)),
        FusedActivation.Gelu => (float)(0.5 * value * (1 + Erf(value * Math.Sqrt(0.5)))),
        _ => value,
    };

    // Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26; off by at most 1.5e-7.
    private static double Erf(double value)
    {
        var t = 1 / (1 + (0.3275911 * Math.Abs(value)));
        var sum = t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429))))))));
        return Math.CopySign(1 - (sum * Math.Exp(-value * value)), value);
    }
}
