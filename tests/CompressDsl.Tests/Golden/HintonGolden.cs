namespace CompressDsl.Tests;

/// <summary>Hinton et al.: (1 - alpha) * cross-entropy + alpha * T² * KL, in float64.</summary>
internal static class HintonGolden
{
    public static void Check(GoldenCase golden)
    {
        var (alpha, t) = (golden.Parameter("alpha"), golden.Parameter("temperature"));
        var (student, rows) = DistillationGoldenTests.Select(golden, golden.Input("labels"));
        var (hard, kl) = (rows.CrossEntropy(), ForwardKl.Mean(rows, t));
        golden.AssertLoss("ce", hard);
        golden.AssertLoss("kl", kl);
        DistillationGoldenTests.AssertLossAndGradient(golden, ((1 - alpha) * hard) + (alpha * t * t * kl), student);
    }
}
