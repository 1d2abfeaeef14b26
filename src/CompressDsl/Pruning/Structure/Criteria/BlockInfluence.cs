using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Compares what a block is called with and what it gives, until it is disposed.</summary>
internal sealed class BlockInfluence : IDisposable
{
    private readonly string name;
    private readonly IDisposable before;
    private readonly IDisposable after;
    private Tensor? input;
    private string? obstacle;
    private double sum;
    private long calls;

    /// <summary>Watches a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="index">Its place among the blocks, for errors.</param>
    public BlockInfluence(nn.Module block, int index)
    {
        name = $"Block {index} ({block.GetName()})";
        var site = ForwardSite.TryOf(block) ?? throw new InvalidOperationException(
            $"The arguments of {name} are not known: put an attribute on its class, or let its forward take and give tensors.");
        before = site.OnCall(arguments => input = arguments.Values.Count > 0 ? arguments.Values[0] as Tensor : null);
        after = site.OnReturn(result => Add(ForwardSite.FirstTensor(result)));
    }

    /// <summary>The mean over all calls of all workers; or why the block must stay.</summary>
    public (float Score, string? Obstacle) Finish(IWorkers workers)
    {
        using var total = tensor([sum]);
        workers.Sum(total);
        var count = workers.Sum(calls);
        if (obstacle is not null)
        {
            return (float.PositiveInfinity, obstacle);
        }

        return count > 0 ? ((float)(total.item<double>() / count), null) : throw new InvalidOperationException(
            $"{name} was not called on any calibration batch. Is it entered through `forward` instead of `call` (CDSL4001), or not used at all?");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        before.Dispose();
        after.Dispose();
    }

    private void Add(Tensor? output)
    {
        if (input is null || output is null || !input.shape.SequenceEqual(output.shape))
        {
            obstacle ??= $"{name} takes [{string.Join(", ", input?.shape ?? [])}] and gives [{string.Join(", ", output?.shape ?? [])}]: it stays, since only a block "
                + "whose first argument and result are tensors of one shape can be taken out.";
            return;
        }

        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();

        // The features of an image [batch, channels, height, width] are its channels, those of tokens the last dimension.
        var cosine = nn.functional.cosine_similarity(input.to(ScalarType.Float32), output.to(ScalarType.Float32), dim: input.dim() == 4 ? 1 : input.dim() - 1);
        sum += 1 - cosine.mean([.. Enumerable.Range(0, (int)cosine.dim()).Select(static dim => (long)dim)], type: ScalarType.Float64).item<double>();
        calls++;
        input = null;
    }
}
