using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Watches one forward of a model, and throws where the blocks of a chain are not called as a chain.</summary>
internal sealed class ChainProof : IDisposable
{
    private readonly List<IDisposable> owned = [];
    private readonly BlockChain chain;
    private readonly Action onFirst;
    private object?[]? first;
    private Tensor? passed;
    private int next;
    private int carried;

    /// <summary>Hooks the blocks.</summary>
    /// <param name="chain">The blocks.</param>
    /// <param name="onFirst">Called when the first block is.</param>
    public ChainProof(BlockChain chain, Action onFirst)
    {
        (this.chain, this.onFirst) = (chain, onFirst);
        owned.AddRange(chain.Blocks.SelectMany((block, i) => (IDisposable[])[block.OnCall(arguments => Before(i, arguments)), block.OnReturn(After)]));
    }

    /// <summary>Takes the hooks off.</summary>
    public void Dispose()
    {
        owned.ForEach(static part => part.Dispose());
        passed?.Dispose();
    }

    private void Before(int block, ForwardArguments arguments)
    {
        if (block != next)
        {
            throw Broken(block, $"it is called when block {next} should be");
        }

        next++;
        if (block == 0)
        {
            carried = Tensors.FirstIndex(arguments);
            first = [.. arguments.Values.Select(value => Tensors.Map(value, Own))];
            onFirst();
            return;
        }

        if (passed is null || !Tensors.AreEqual(arguments.Values[carried], passed))
        {
            throw Broken(block, "its first tensor is not what the block before gave");
        }

        for (var i = 0; i < arguments.Values.Count; i++)
        {
            if (i != carried && !Tensors.AreEqual(arguments.Values[i], first![i]))
            {
                throw Broken(block, $"argument {i + 1} is not the same as that of block 0");
            }
        }
    }

    private void After(object? result)
    {
        passed?.Dispose();
        passed = ForwardSite.FirstTensor(result) is { } tensor ? Keep(tensor) : null;
        if (passed is not null && passed.isnan().any().item<bool>())
        {
            throw new InvalidOperationException($"Block {next - 1} of '{chain.Path}' gives NaN on the first calibration batch; the data and the weights must be finite numbers.");
        }
    }

    private Tensor Own(Tensor tensor)
    {
        var kept = Keep(tensor);
        owned.Add(kept);
        return kept;
    }

    // Out of the user's own scopes, which end before the next block is called.
    private static Tensor Keep(Tensor tensor) => tensor.detach().clone().DetachFromDisposeScope();

    private InvalidOperationException Broken(int block, string what) => new(
        $"The blocks of '{chain.Path}' cannot be pruned one after the other: of '{chain.Path}.{block}', {what}. Set PruneOptions.BlockByBlock to false: then every "
        + "weight is pruned from one pass of the dense model.");
}
