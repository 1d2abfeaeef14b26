using static TorchSharp.torch;

namespace CompressDsl.Tests.Pruning;

/// <summary>SparseGPT as it can be read in the paper: loops over single numbers, in float64.</summary>
internal static class SlowSparseGpt
{
    public static (int[] Pruned, double[] Weight, double Loss) Prune(Tensor weight, Tensor hessian, SparsityRule rule, PruneOptions options, Tensor? before)
    {
        using var scope = NewDisposeScope();
        var (rows, columns) = ((int)weight.shape[0], (int)weight.shape[1]);
        var h = hessian.to(ScalarType.Float64).clone();
        var dead = h.diagonal().eq(0);
        h.diagonal().masked_fill_(dead, 1);
        h.diagonal().add_(h.diagonal().mean() * options.Damping);
        var u = linalg.cholesky(linalg.inv(h)).t().contiguous().data<double>().ToArray();
        var w = weight.masked_fill(dead, 0).to(ScalarType.Float64).data<double>().ToArray();
        var goes = before?.cpu().data<bool>().ToArray() ?? new bool[rows * columns];
        var fixedBefore = (bool[])goes.Clone();
        var (loss, chosenBlocks) = (0.0, 0L);
        var unit = Math.Max(1, Math.Max(rule.M, 0));
        var size = rule.IsBlocked ? rule.BlockColumns : (options.BlockSize + unit - 1) / unit * unit;
        for (var first = 0; first < columns; first += size)
        {
            var end = Math.Min(columns, first + size);
            if (!rule.IsSemiStructured)
            {
                Choose(first, end);
            }

            for (var j = first; j < end; j++)
            {
                if (rule.IsSemiStructured && (j - first) % rule.M == 0)
                {
                    for (var row = 0; row < rows; row++)
                    {
                        Mark([.. Enumerable.Range(j, rule.M).Select(k => Group(row, row + 1, k, k + 1))], rule.M - rule.N);
                    }
                }

                var d = u[(j * columns) + j];
                for (var row = 0; row < rows; row++)
                {
                    var error = goes[(row * columns) + j] ? w[(row * columns) + j] / d : 0;
                    loss += error * error / 2;
                    for (var k = j; k < columns; k++)
                    {
                        w[(row * columns) + k] -= error * u[(j * columns) + k];
                    }
                }
            }
        }

        return ([.. goes.Index().Where(static pair => pair.Item).Select(static pair => pair.Index)], [.. w.Zip(goes, static (value, gone) => gone ? 0 : value)], loss);

        void Choose(int first, int end)
        {
            if (rule.Scope == Scope.PerRow && !rule.IsBlocked)
            {
                for (var row = 0; row < rows; row++)
                {
                    ChooseAmong([.. Enumerable.Range(first, end - first).Select(k => Group(row, row + 1, k, k + 1))], end, Gone(row, row + 1, first));
                }

                return;
            }

            var (height, width) = rule.IsBlocked ? (rule.BlockRows, end - first) : (1, 1);
            var groups = Enumerable.Range(0, rows / height)
                .SelectMany(block => Enumerable.Range(0, (end - first) / width).Select(k => Group(block * height, (block + 1) * height, first + (k * width), first + ((k + 1) * width))));
            var upToHere = (long)(rows / height) * (end / width);
            ChooseAmong([.. groups], upToHere, rule.IsBlocked ? chosenBlocks : Gone(0, rows, first));
        }

        void ChooseAmong((double Score, int[] Places)[] groups, long upToHere, long gone)
        {
            if (options.CutOff == CutOff.AtOrBelow)
            {
                var limit = groups.Select(static group => group.Score).Order().ElementAt((int)Math.Min(groups.Length - 1, (long)(groups.Length * rule.Sparsity)));
                Mark(groups, groups.Count(group => group.Score <= limit));
            }
            else
            {
                Mark(groups, (int)Math.Clamp(Selection.Removed(upToHere, rule.Sparsity) - gone, 0, groups.Length));
            }
        }

        long Gone(int firstRow, int endRow, int end) =>
            Enumerable.Range(firstRow, endRow - firstRow).Sum(row => Enumerable.Range(0, end).LongCount(k => goes[(row * columns) + k]));

        (double Score, int[] Places) Group(int firstRow, int endRow, int firstColumn, int endColumn)
        {
            int[] places = [.. Enumerable.Range(firstRow, endRow - firstRow).SelectMany(row => Enumerable.Range(firstColumn, endColumn - firstColumn).Select(k => (row * columns) + k))];
            var score = places.Sum(place => Math.Pow(w[place] / u[(place % columns * columns) + (place % columns)], 2));
            return (places.All(place => fixedBefore[place]) ? -1 : score, places);
        }

        void Mark((double Score, int[] Places)[] groups, int count)
        {
            foreach (var place in groups.OrderBy(static group => group.Score).Take(count).SelectMany(static group => group.Places))
            {
                goes[place] = true;
            }

            chosenBlocks += count;
        }
    }
}
