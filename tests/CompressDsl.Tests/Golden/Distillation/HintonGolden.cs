namespace CompressDsl.Tests;

/// <summary>Hinton et al.: (1 - alpha) * cross-entropy + alpha * T² * KL, in float64.</summary>
internal static class HintonGolden
{
    public static void Check(GoldenCase golden)
    {
        var given = new LossCase(golden);
        given.Mentions("computed_in");
        var (alpha, t) = (given.Number("alpha"), given.Number("temperature"));
        var rows = LogitRows.Select(given.Input("student"), given.Input("teacher"), given.Input("labels"), given.Optional("mask"), Vocabulary.Same);
        var (hard, kl) = (rows.CrossEntropy(), ForwardKl.Mean(rows, t));
        given.AssertValue("ce", hard);
        given.AssertValue("kl", kl);
        given.AssertLoss(((1 - alpha) * hard) + (alpha * t * t * kl));
    }
}
