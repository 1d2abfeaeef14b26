using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Scores from weights and what becomes of their gradients.</summary>
internal static class SliceGradients
{
    /// <summary>For every group, for every slice that counts, the scores of all units.</summary>
    /// <param name="pass">Groups and data.</param>
    /// <param name="of">What is averaged over the batches: the gradient, or its square.</param>
    /// <param name="score">From the rows of the weight and of that mean, each [indices, weights of an index], to a score for each row.</param>
    public static IReadOnlyList<IReadOnlyList<double[]>> Score(GroupPass pass, Func<Tensor, Tensor> of, Func<Tensor[], Tensor> score)
    {
        var slices = pass.Groups.Select(group => SliceRows.Counted(group, pass.Options.Scoring)).ToArray();

        // Several slices of a group, or of several groups, are of one parameter: the rows and the columns of a weight.
        var found = slices.SelectMany(static list => list).DistinctBy(static slice => (slice.Owner, slice.Parameter)).ToArray();
        var weights = found.Select(SliceRows.Read).ToArray();
        var means = weights.Select(static weight => zeros(weight.shape, ScalarType.Float32, weight.device)).ToArray();
        var batches = pass.Differentiate(
            weights,
            (index, gradient) => means[index].add_(of(gradient)),
            index => $"the {found[index].Parameter} of a {found[index].Owner.GetName()} of '{pass.Groups.First(group => group.Slices.Contains(found[index])).Name}'");
        foreach (var mean in means)
        {
            pass.Options.Workers.Sum(mean);
            mean.div_(batches);
        }

        var places = found.Select(static (slice, index) => (Key: (slice.Owner, slice.Parameter), index)).ToDictionary(static pair => pair.Key, static pair => pair.index);
        return
        [
            .. pass.Groups.Zip(slices, (group, counted) => counted.Select(slice =>
            {
                var place = places[(slice.Owner, slice.Parameter)];
                return SliceRows.Sum(group, slice, score, weights[place], means[place]);
            }).ToArray()),
        ];
    }
}
