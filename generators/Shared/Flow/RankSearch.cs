namespace CompressDsl.Flow;

/// <summary>
/// Finds out how many dimensions a forward is written for. Most code says it by itself; where it counts dimensions from the front, those ranks are tried that
/// make sense of it.
/// </summary>
public static class RankSearch
{
    // Sequences of vectors, vectors, images, volumes, numbers; sequences of tokens.
    private static readonly int[] Likely = [3, 2, 4, 5, 1];
    private static readonly int[] LikelyOfIndices = [2, 1, 3];

    /// <summary>Follows a forward, several times where that is needed.</summary>
    /// <param name="create">Makes a solver for inputs of these ranks.</param>
    /// <param name="follow">Tells it what forward does.</param>
    /// <param name="known">The ranks of inputs that are known.</param>
    /// <returns>
    /// The solver with the fewest doubts. Of several without, the one that lays the fewest parameters along what comes from outside: a norm of 16 channels is rather for
    /// the 16 outputs of the layer before it than for a sequence of 16 positions. Single vectors, and ranks of indices other than 2, are rare. Of several of those, the one that holds the most channels fast: less can go, but what
    /// goes can.
    /// </returns>
    public static TSolver Run<TSolver>(
        Func<IReadOnlyDictionary<string, int>, TSolver> create, Action<TSolver> follow, IReadOnlyDictionary<string, int>? known = null)
        where TSolver : Solver
    {
        var given = known ?? new Dictionary<string, int>();
        var open = Follow(given);

        if (open.Doubts == 0 || open.OpenInputs.Count == 0)
        {
            return open;
        }

        var indices = open.IndexInputs;

        var best = Combinations([.. open.OpenInputs.Select(name => indices.Contains(name) ? LikelyOfIndices : Likely)])
            .Select(ranks => Follow(given.Concat(open.OpenInputs.Zip(ranks, static (name, rank) => new KeyValuePair<string, int>(name, rank))).ToDictionary(static pair => pair.Key, static pair => pair.Value)))
            .Prepend(open)
            .Select((solver, order) => (Solver: solver, Rating: (solver.Doubts, solver.OutsideSlots, solver.OutsideSplits, Odd: solver.Ranks.Count(rank => solver.IndexInputs.Contains(rank.Key) ? rank.Value != 2 : rank.Value == 1), -PinnedIn(solver), order)))
            .Aggregate(static (best, next) => next.Rating.CompareTo(best.Rating) < 0 ? next : best)
            .Solver;

        // What comes of it has been asked for, so that it can be told nothing more.
        return Follow(best.Ranks);

        static int PinnedIn(TSolver solver)
        {
            _ = solver.Finish();

            return solver.PinnedSlots;
        }

        TSolver Follow(IReadOnlyDictionary<string, int> ranks)
        {
            var solver = create(ranks);
            follow(solver);

            return solver;
        }
    }

    // The first inputs vary slowest. More than two are taken to be alike.
    private static IEnumerable<IReadOnlyList<int>> Combinations(IReadOnlyList<int[]> likely)
        => likely.Count > 2 ? Likely.Select(rank => (IReadOnlyList<int>)[.. Enumerable.Repeat(rank, likely.Count)])
            : likely.Aggregate((IEnumerable<IReadOnlyList<int>>)[[]], static (lists, ranks) => lists.SelectMany(list => ranks.Select(rank => (IReadOnlyList<int>)[.. list, rank])));
}
