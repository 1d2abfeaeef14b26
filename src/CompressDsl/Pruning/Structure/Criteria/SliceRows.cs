using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The weights of a slice, one row for every index that belongs to a unit which is not masked.</summary>
internal static class SliceRows
{
    /// <summary>The slices whose weights count in a score, in the order of the group.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static IReadOnlyList<GroupSlice> Counted(ChannelGroup group, GroupScoring scoring)
    {
        var counted = group.Slices.Where(slice => Counts(slice, scoring)).ToArray();
        return counted.Length > 0 ? counted : throw new InvalidOperationException(
            $"No weight of '{group.Name}' counts for its scores: {nameof(GroupScoring.NormScales)} is {scoring.NormScales}"
            + $"{(scoring.GeometricMedian ? $" and {nameof(GroupScoring.GeometricMedian)} looks at matrices only" : "")}.");
    }

    /// <summary>The parameter of a slice.</summary>
    public static Parameter Read(GroupSlice slice) => slice.Owner.get_parameter(slice.Parameter)
        ?? throw new InvalidOperationException($"The {slice.Owner.GetName()} has no parameter '{slice.Parameter}'.");

    /// <summary>For every unit the sum of the scores of its rows; 0 for masked units.</summary>
    /// <param name="group">The group.</param>
    /// <param name="slice">One of its slices.</param>
    /// <param name="score">From rows [indices, weights of an index] to a score for each row [indices].</param>
    /// <param name="tensors">What is laid out in rows: the parameter, and tensors of its shape.</param>
    public static double[] Sum(ChannelGroup group, GroupSlice slice, Func<Tensor[], Tensor> score, params Tensor[] tensors)
    {
        using var scope = NewDisposeScope();
        var kept = group.Kept.ToHashSet();
        var indices = Enumerable.Range(0, slice.Units.Length).Where(index => kept.Contains(slice.Units[index])).ToArray();
        var places = tensor([.. indices.Select(static index => (long)index)], device: tensors[0].device);
        var rows = tensors
            .Select(values => values.detach().to(ScalarType.Float32).index_select(slice.Dim, places).movedim([slice.Dim], [0]).reshape([indices.Length, -1]))
            .ToArray();
        return Sum(group, [.. indices.Select(index => slice.Units[index])], Numbers(score(rows)));
    }

    /// <summary>For every unit the sum of the values that belong to it.</summary>
    /// <param name="group">The group.</param>
    /// <param name="units">For every value its unit, or -1.</param>
    /// <param name="values">The values.</param>
    public static double[] Sum(ChannelGroup group, IReadOnlyList<int> units, IReadOnlyList<double> values)
    {
        var sums = new double[group.Count];
        foreach (var (unit, value) in units.Zip(values).Where(static pair => pair.First >= 0))
        {
            sums[unit] += value;
        }

        return sums;
    }

    /// <summary>A vector as numbers.</summary>
    public static double[] Numbers(Tensor vector)
    {
        using var scope = NewDisposeScope();
        return vector.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    private static bool Counts(GroupSlice slice, GroupScoring scoring)
    {
        // A buffer is no weight: running statistics go with their channel, and say nothing of it.
        if (slice.Owner.get_parameter(slice.Parameter) is not { } parameter)
        {
            return false;
        }

        var isBias = slice.Parameter.Contains("bias", StringComparison.OrdinalIgnoreCase);
        if ((isBias && !scoring.WithBiases) || (scoring.GeometricMedian && parameter.dim() < 2))
        {
            return false;
        }

        return scoring.NormScales switch
        {
            NormScales.Counted => true,
            NormScales.WithoutBatchNorm => slice.Owner is not BatchNorm,
            NormScales.BatchNormOnly => slice.Owner is BatchNorm,
            _ => throw new ArgumentOutOfRangeException(nameof(scoring), scoring.NormScales, "There is no such choice of normalisations."),
        };
    }
}
