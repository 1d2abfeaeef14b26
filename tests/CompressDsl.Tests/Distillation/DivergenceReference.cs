namespace CompressDsl.Tests;

/// <summary>The eight divergences as their papers write them, one row at a time, in float64 loops: slow, and obvious.</summary>
internal static class DivergenceReference
{
    public static double Of(Divergence divergence, double[] teacher, double[] student, int label, double t, double beta)
    {
        var (p, q) = (Softmax(teacher, t), Softmax(student, t));
        return divergence switch
        {
            Divergence.ForwardKl => Kl(p, q),
            Divergence.ReverseKl => Kl(q, p),
            Divergence.JensenShannon => (beta * Kl(p, Mix(beta, p, q))) + ((1 - beta) * Kl(q, Mix(beta, p, q))),
            Divergence.SkewKl => Kl(p, Mix(beta, p, q)),
            Divergence.SkewReverseKl => Kl(q, Mix(beta, q, p)),
            Divergence.TotalVariation => 0.5 * p.Zip(q, static (a, b) => Math.Abs(a - b)).Sum(),
            Divergence.MeanSquaredLogits => teacher.Zip(student, (a, b) => Math.Pow((a - b) / t, 2)).Average(),
            Divergence.Decoupled => Kl([p[label], 1 - p[label]], [q[label], 1 - q[label]]) + (beta * Kl(Without(p, label), Without(q, label))),
            _ => throw new ArgumentOutOfRangeException(nameof(divergence)),
        };
    }

    private static double[] Softmax(double[] z, double t)
    {
        var e = z.Select(v => Math.Exp(v / t)).ToArray();
        var sum = e.Sum();
        return [.. e.Select(v => v / sum)];
    }

    private static double Kl(double[] p, double[] q) => p.Zip(q, static (a, b) => a * Math.Log(a / b)).Sum();

    private static double[] Mix(double share, double[] p, double[] q) => [.. p.Zip(q, (a, b) => (share * a) + ((1 - share) * b))];

    private static double[] Without(double[] p, int label)
    {
        var rest = p.Where((_, i) => i != label).ToArray();
        return [.. rest.Select(v => v / rest.Sum())];
    }
}
