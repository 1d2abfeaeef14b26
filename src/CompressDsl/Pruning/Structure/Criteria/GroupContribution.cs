namespace CompressDsl;

/// <summary>
/// The score that a layer gives to a unit: the norm of what the unit adds to the layer's output, ‖W[:, unit] x[unit]‖, averaged over the tokens of a batch and summed
/// over the batches. Or, where units are taken away while it looks, the place in which the unit goes.
/// </summary>
/// <remarks>
/// Code: NVIDIA/Model-Optimizer, <c>IndependentChannelContributionHook</c> for single channels, where it is ‖W[:, channel]‖ times the mean of |x|,
/// <c>IndependentKvHeadContributionHook</c> for the query heads that share a key/value head, and <c>IterativeChannelContributionHook</c>.
/// </remarks>
internal static class GroupContribution
{
    /// <summary>For every group, for every layer that reads it, the scores of all units.</summary>
    public static IReadOnlyList<IReadOnlyList<double[]>> Score(GroupPass pass)
    {
        var readers = pass.Groups.Select(group => GroupReaders.Of(group).Select(slice => Read(pass, group, slice)).ToArray()).ToArray();
        var all = readers.SelectMany(static list => list).ToArray();
        var hooks = all.Select(static reader => reader.Watch()).ToArray();
        try
        {
            pass.Forward(() => Array.ForEach(all, static reader => reader.EndBatch()));
        }
        finally
        {
            Array.ForEach(hooks, static hook => hook.Dispose());
        }

        return [.. readers.Select(static list => list.Select(static reader => reader.Finish()).ToArray())];
    }

    private static ContributionReader Read(GroupPass pass, ChannelGroup group, GroupSlice slice) => pass.Options.Scoring.Contribution switch
    {
        ContributionKind.Independent => new IndependentContribution(group, slice, pass.Options.Workers),
        ContributionKind.Iterative => new IterativeContribution(group, slice, pass.Options, isScaled: false),
        ContributionKind.IterativeScaled => new IterativeContribution(group, slice, pass.Options, isScaled: true),
        var kind => throw new ArgumentOutOfRangeException(nameof(pass), kind, "There is no such kind of contribution."),
    };
}
