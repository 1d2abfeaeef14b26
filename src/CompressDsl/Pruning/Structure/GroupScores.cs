namespace CompressDsl;

/// <summary>From the scores that every slice of a group gives to its units to one score a unit. Masked units count nowhere: they are as good as gone.</summary>
internal static class GroupScores
{
    /// <summary>One score a unit; minus infinity for those that are masked already, so that they go first.</summary>
    /// <param name="group">The group.</param>
    /// <param name="slices">For every slice that counts one score a unit, at least one slice; what stands at masked units is not read.</param>
    /// <param name="scoring">How they are reduced and normalised.</param>
    /// <exception cref="InvalidOperationException">A score is NaN or infinite.</exception>
    public static float[] Combine(ChannelGroup group, IReadOnlyList<double[]> slices, GroupScoring scoring)
    {
        var kept = group.Kept;
        var reduced = kept.Select(unit => Reduce(slices.Select(slice => slice[unit]), scoring.Reduction)).ToArray();
        if (Array.FindIndex(reduced, static score => !double.IsFinite(score)) is >= 0 and var odd)
        {
            throw new InvalidOperationException(
                $"The score of unit {kept[odd]} of '{group.Name}' is {reduced[odd]}, which has no place in an order from small to large: the weights or the "
                + "calibration data hold NaN or infinity.");
        }

        var scores = new float[group.Count];
        Array.Fill(scores, float.NegativeInfinity);
        foreach (var (unit, score) in kept.Zip(Normalize(reduced, scoring.Normalizer)))
        {
            scores[unit] = (float)score;
        }

        return scores;
    }

    private static double Reduce(IEnumerable<double> scores, GroupReduction reduction) => reduction switch
    {
        GroupReduction.Mean => scores.Average(),
        GroupReduction.Sum => scores.Sum(),
        GroupReduction.Max => scores.Max(),
        GroupReduction.Product => scores.Aggregate(1.0, static (product, score) => product * score),
        GroupReduction.First => scores.First(),
        _ => throw new ArgumentOutOfRangeException(nameof(reduction), reduction, "There is no such reduction."),
    };

    private static double[] Normalize(double[] scores, GroupNormalizer normalizer)
    {
        switch (normalizer)
        {
            case GroupNormalizer.None:
                return scores;
            case GroupNormalizer.Mean:
                return DivideAll(scores, scores.Average());
            case GroupNormalizer.Sum:
                return DivideAll(scores, scores.Sum());
            case GroupNormalizer.Max:
                return DivideAll(scores, scores.Max());
            case GroupNormalizer.Lamp:
                var rest = scores.Sum();
                var shares = new double[scores.Length];
                foreach (var unit in Enumerable.Range(0, scores.Length).OrderBy(unit => scores[unit]))
                {
                    shares[unit] = Divide(scores[unit], rest);
                    rest -= scores[unit];
                }

                return shares;
            default:
                throw new ArgumentOutOfRangeException(nameof(normalizer), normalizer, "There is no such normalizer.");
        }
    }

    private static double[] DivideAll(double[] scores, double by) => [.. scores.Select(score => Divide(score, by))];

    private static double Divide(double score, double by) => score == 0 ? 0 : score / by;
}
