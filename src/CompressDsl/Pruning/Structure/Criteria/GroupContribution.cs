using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The score that a layer gives to a unit: the norm of what the unit adds to the layer's output, ‖W[:, unit] x[unit]‖, averaged over the tokens of a batch and summed
/// over the batches.
/// </summary>
/// <remarks>
/// Code: NVIDIA/Model-Optimizer, <c>IndependentChannelContributionHook</c> for single channels, where it is ‖W[:, channel]‖ times the mean of |x|, and
/// <c>IndependentKvHeadContributionHook</c> for the query heads that share a key/value head.
/// </remarks>
internal static class GroupContribution
{
    /// <summary>For every group, for every layer that reads it, the scores of all units.</summary>
    public static IReadOnlyList<IReadOnlyList<double[]>> Score(GroupPass pass)
    {
        var readers = pass.Groups.Select(group => GroupReaders.Of(group).Select(reader => new Reader(group, reader)).ToArray()).ToArray();
        var hooks = readers.SelectMany(static list => list).Select(static reader => reader.Watch()).ToArray();
        try
        {
            pass.Forward();
        }
        finally
        {
            Array.ForEach(hooks, static hook => hook.Dispose());
        }

        return [.. readers.Select(list => list.Select(reader => reader.Finish(pass.Options.Workers)).ToArray())];
    }

    private sealed class Reader
    {
        private readonly ChannelGroup group;
        private readonly PrunableWeight weight;
        private readonly Tensor matrix;
        private readonly Tensor[] columns;
        private readonly Tensor sums;
        private bool seen;

        public Reader(ChannelGroup group, GroupSlice slice)
        {
            this.group = group;
            weight = slice.Owner switch
            {
                Linear linear => PrunableWeight.Of(linear),
                SparseLinear linear => PrunableWeight.Of(linear),
                _ => PrunableWeight.Of((Convolution)slice.Owner),
            };
            if (LayerInputs.WhyNot(weight) is { } why)
            {
                throw new InvalidOperationException($"'{group.Name}' asks for {Criterion.Contribution}, but a layer that reads it is {why}: its inputs cannot be seen.");
            }

            var parameter = SliceRows.Read(slice);
            matrix = weight.Layout(parameter.shape).Lay(parameter.detach()).to(ScalarType.Float32);

            // A row has the places of a kernel one after the other, and in each of them all channels.
            var unitOf = Enumerable.Range(0, (int)matrix.shape[1]).ToLookup(column => slice.Units[column % slice.Units.Length], static column => (long)column);
            columns = [.. Enumerable.Range(0, group.Count).Select(unit => tensor([.. unitOf[unit]], ScalarType.Int64, matrix.device))];
            sums = zeros([group.Count], ScalarType.Float64, matrix.device);
        }

        public IDisposable Watch() => LayerInputs.Watch(weight, (rows, _) => Add(rows.to(ScalarType.Float32)));

        public double[] Finish(IWorkers workers)
        {
            if (!seen)
            {
                throw new InvalidOperationException(
                    $"A layer that reads '{group.Name}' was not called on any calibration batch, so nothing is known of its inputs. Is it entered through `forward` "
                    + "instead of `call` (CDSL4001), or not used at all?");
            }

            workers.Sum(sums);
            return SliceRows.Numbers(sums);
        }

        private void Add(Tensor rows)
        {
            seen = true;
            sums.add_(stack(columns.Select(Contribution).ToArray()));

            Tensor Contribution(Tensor of)
            {
                var (inputs, weights) = (rows.index_select(1, of), matrix.index_select(1, of));

                // Of one channel the norm is a product of two, without the layer's output ever being there.
                return of.numel() == 1
                    ? inputs.abs().mean([0, 1], type: ScalarType.Float64) * weights.norm()
                    : inputs.mm(weights.t()).norm(1).mean([0], type: ScalarType.Float64);
            }
        }
    }
}
