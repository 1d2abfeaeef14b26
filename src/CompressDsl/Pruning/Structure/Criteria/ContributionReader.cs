using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A layer that reads a group: what each unit adds to its output. Its tensors belong to the dispose scope in which it was made.</summary>
internal abstract class ContributionReader
{
    private readonly PrunableWeight weight;
    private bool seen;

    protected ContributionReader(ChannelGroup group, GroupSlice slice, IWorkers workers)
    {
        (Group, Workers) = (group, workers);
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
        Matrix = weight.Layout(parameter.shape).Lay(parameter.detach()).to(ScalarType.Float32);

        // A row has the places of a kernel one after the other, and in each of them all channels.
        var unitOf = Enumerable.Range(0, (int)Matrix.shape[1]).ToLookup(column => slice.Units[column % slice.Units.Length], static column => (long)column);
        Columns = [.. Enumerable.Range(0, group.Count).Select(unit => tensor([.. unitOf[unit]], ScalarType.Int64, Matrix.device))];
    }

    protected ChannelGroup Group { get; }

    protected IWorkers Workers { get; }

    /// <summary>The weight [outputs, columns].</summary>
    protected Tensor Matrix { get; }

    /// <summary>The columns of every unit.</summary>
    protected IReadOnlyList<Tensor> Columns { get; }

    /// <summary>Looks at every call of the layer, until the result is disposed.</summary>
    public IDisposable Watch() => LayerInputs.Watch(weight, (rows, _) =>
    {
        seen = true;
        Add(rows.to(ScalarType.Float32));
    });

    /// <summary>After every batch.</summary>
    public virtual void EndBatch()
    {
    }

    /// <summary>One score a unit.</summary>
    /// <exception cref="InvalidOperationException">The layer was never called.</exception>
    public double[] Finish() => seen ? Scores() : throw new InvalidOperationException(
        $"A layer that reads '{Group.Name}' was not called on any calibration batch, so nothing is known of its inputs. Is it entered through `forward` "
        + "instead of `call` (CDSL4001), or not used at all?");

    /// <summary>Adds the inputs of one call, rows [tokens, columns], in a dispose scope of their own.</summary>
    protected abstract void Add(Tensor rows);

    protected abstract double[] Scores();
}
