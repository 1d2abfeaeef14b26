namespace CompressDsl;

/// <summary>One way to treat one layer: what it costs in quality, and how much it leaves of what is short (parameters, time).</summary>
/// <param name="Sparsity">The fraction removed, in [0, 1).</param>
/// <param name="Loss">How much worse the loss is than that of the dense model.</param>
/// <param name="Cost">What is left: parameters, or milliseconds.</param>
internal readonly record struct Choice(double Sparsity, double Loss, double Cost);

/// <summary>Chooses a sparsity for every layer so that the sum of their costs fits a budget, for the smallest sum of losses.</summary>
/// <remarks>
/// Losses of single layers are taken to add up. On the lower convex hull of each layer's choices the cheapest loss per cost saved is taken until the
/// budget is met: the solution of the Lagrangian, which is optimal for the sum it stops at.
/// </remarks>
internal static class Budget
{
    /// <summary>The sparsity of every layer.</summary>
    /// <param name="layers">The choices of every layer, the dense one among them.</param>
    /// <param name="budget">What the costs may sum up to.</param>
    /// <param name="isLinear">Whether cost between two choices is linear in the sparsity, so that the last step may end between them.</param>
    /// <returns>The sparsities, or null where even the cheapest choices do not fit.</returns>
    public static double[]? Meet(IReadOnlyList<IReadOnlyList<Choice>> layers, double budget, bool isLinear)
    {
        var hulls = layers.Select(Hull).ToArray();
        var at = new int[hulls.Length];
        var sparsities = hulls.Select(static hull => hull[0].Sparsity).ToArray();
        var cost = hulls.Sum(static hull => hull[0].Cost);
        while (cost > budget)
        {
            int[] open = [.. Enumerable.Range(0, hulls.Length).Where(layer => at[layer] + 1 < hulls[layer].Count)];
            if (open.Length == 0)
            {
                return null;
            }

            var next = open.MinBy(layer => Slope(hulls[layer][at[layer]], hulls[layer][at[layer] + 1]));
            var (from, to) = (hulls[next][at[next]], hulls[next][++at[next]]);
            var share = isLinear ? Math.Min(1, (cost - budget) / (from.Cost - to.Cost)) : 1;
            sparsities[next] = from.Sparsity + (share * (to.Sparsity - from.Sparsity));
            cost -= from.Cost - to.Cost;
        }

        return isLinear ? sparsities : Spend(layers, sparsities, budget - cost);
    }

    /// <summary>The last step may have saved more than was needed: what is left of the budget goes to the layers that can use it.</summary>
    private static double[] Spend(IReadOnlyList<IReadOnlyList<Choice>> layers, double[] sparsities, double left)
    {
        for (var layer = 0; layer < layers.Count; layer++)
        {
            var now = layers[layer].First(choice => choice.Sparsity == sparsities[layer]);
            var best = layers[layer].Where(choice => choice.Cost - now.Cost <= left).MinBy(static choice => choice.Loss);
            (sparsities[layer], left) = (best.Sparsity, left - (best.Cost - now.Cost));
        }

        return sparsities;
    }

    /// <summary>The choices that no mixture of others beats, from the most costly to the cheapest.</summary>
    private static List<Choice> Hull(IReadOnlyList<Choice> choices)
    {
        var hull = new List<Choice>();
        foreach (var choice in choices.OrderByDescending(static choice => choice.Cost).ThenBy(static choice => choice.Loss))
        {
            if (hull.Count > 0 && choice.Cost >= hull[^1].Cost)
            {
                continue;
            }

            while (hull.Count > 1 && Slope(hull[^2], choice) <= Slope(hull[^2], hull[^1]))
            {
                hull.RemoveAt(hull.Count - 1);
            }

            hull.Add(choice);
        }

        return hull;
    }

    private static double Slope(Choice from, Choice to) => (to.Loss - from.Loss) / (from.Cost - to.Cost);
}
