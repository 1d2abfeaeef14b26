namespace CompressDsl.Flow;

/// <summary>
/// Finds out how many dimensions a forward is written for. Most code says it by itself; where it counts dimensions from the front, those ranks are tried that
/// make sense of it.
/// </summary>
public static class RankSearch
{
    // Sequences of vectors first, then tokens or vectors, images, volumes, and single numbers or tokens.
    private static readonly int[] Likely = [3, 2, 4, 5, 1];

    /// <summary>Follows a forward, several times where that is needed.</summary>
    /// <param name="create">Makes a solver for inputs of these ranks.</param>
    /// <param name="follow">Tells it what forward does.</param>
    /// <returns>
    /// The solver with the fewest doubts, and of those the one that lays the fewest parameters along what comes from outside: a norm of 16 channels is rather for the
    /// 16 outputs of the layer before it than for a sequence of 16 positions.
    /// </returns>
    public static TSolver Run<TSolver>(Func<IReadOnlyDictionary<string, int>, TSolver> create, Action<TSolver> follow)
        where TSolver : Solver
    {
        var open = Follow(new Dictionary<string, int>());

        if (open.Doubts == 0)
        {
            return open;
        }

        return Combinations(open.OpenInputs.Count)
            .Select(ranks => Follow(open.OpenInputs.Zip(ranks, static (name, rank) => (name, rank)).ToDictionary(static pair => pair.name, static pair => pair.rank)))
            .Prepend(open)
            .Aggregate(static (best, next) => (next.Doubts, next.OutsideSlots).CompareTo((best.Doubts, best.OutsideSlots)) < 0 ? next : best);

        TSolver Follow(IReadOnlyDictionary<string, int> ranks)
        {
            var solver = create(ranks);
            follow(solver);

            return solver;
        }
    }

    // The first inputs vary slowest. More than two are taken to be alike.
    private static IEnumerable<IReadOnlyList<int>> Combinations(int count)
        => count == 0 ? []
            : count > 2 ? Likely.Select(rank => (IReadOnlyList<int>)[.. Enumerable.Repeat(rank, count)])
            : Enumerable.Range(1, count).Aggregate(
                (IEnumerable<IReadOnlyList<int>>)[[]],
                static (lists, _) => lists.SelectMany(static list => Likely.Select(rank => (IReadOnlyList<int>)[.. list, rank])));
}
