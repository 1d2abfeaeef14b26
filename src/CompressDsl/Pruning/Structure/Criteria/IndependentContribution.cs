using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What every unit adds by itself: ‖W[:, unit] x[unit]‖, averaged over the tokens of a call and summed over the calls.</summary>
internal sealed class IndependentContribution(ChannelGroup group, GroupSlice slice, IWorkers workers) : ContributionReader(group, slice, workers)
{
    private readonly Tensor sums = zeros([group.Count], ScalarType.Float64, SliceRows.Read(slice).device);

    protected override void Add(Tensor rows)
    {
        sums.add_(stack(Columns.Select(Contribution).ToArray()));

        Tensor Contribution(Tensor columns)
        {
            var (inputs, weights) = (rows.index_select(1, columns), Matrix.index_select(1, columns));

            // Of one channel the norm is a product of two, without the layer's output ever being there.
            return columns.numel() == 1
                ? inputs.abs().mean([0, 1], type: ScalarType.Float64) * weights.norm()
                : inputs.mm(weights.t()).norm(1).mean([0], type: ScalarType.Float64);
        }
    }

    protected override double[] Scores()
    {
        Workers.Sum(sums);
        return SliceRows.Numbers(sums);
    }
}
