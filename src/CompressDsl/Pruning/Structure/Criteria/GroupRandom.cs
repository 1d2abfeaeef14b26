namespace CompressDsl;

/// <summary>The score of a unit is a random number that depends on the seed and on the group's name alone: what every other criterion has to beat.</summary>
internal static class GroupRandom
{
    /// <summary>One score for every unit.</summary>
    public static IReadOnlyList<double[]> Score(ChannelGroup group, GroupScoring scoring)
    {
        using var scores = RandomScore.Score([group.Count], scoring.Seed, group.Name);
        return [SliceRows.Numbers(scores)];
    }
}
