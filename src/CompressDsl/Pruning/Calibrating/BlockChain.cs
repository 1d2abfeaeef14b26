using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Blocks that follow one another, each fed with what the one before gave: they are run one by one, with only the activations between two of them
/// kept.
/// </summary>
internal sealed class BlockChain(string path, IReadOnlyList<ForwardSite> blocks) : IDisposable
{
    private readonly Dictionary<int, ForwardArguments> first = [];
    private readonly List<Tensor> owned = [];
    private ActivationBuffer? buffer;
    private int carried;

    /// <summary>Its path from the model.</summary>
    public string Path => path;

    /// <summary>The blocks, in the order of their calls.</summary>
    public IReadOnlyList<ForwardSite> Blocks => blocks;

    /// <summary>Runs the model on every batch up to the first block and keeps that block's arguments.</summary>
    public void Capture(Calibration calibration, string? spillFolder, CancellationToken cancellationToken)
    {
        Dispose();
        buffer = new(calibration.Count, spillFolder);
        for (var batch = 0; batch < calibration.Count; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stop = new StopException();
            using var hook = blocks[0].OnCall(arguments =>
            {
                Keep(batch, arguments);
                throw stop;
            });
            StopException.Run(() => calibration.Forward(batch), stop);
            if (!first.ContainsKey(batch))
            {
                throw new InvalidOperationException($"The first block of '{path}' was not called on calibration batch {batch}.");
            }
        }
    }

    /// <summary>Calls a block on the activations that lie before it; what it gives is dropped.</summary>
    public void Call(int block, int batch)
    {
        using var scope = NewDisposeScope();
        blocks[block].Call(Arguments(batch));
    }

    /// <summary>Replaces the activations before a block by those behind it.</summary>
    public void Advance(int block, CancellationToken cancellationToken)
    {
        for (var batch = 0; batch < first.Count; batch++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            buffer!.Write(batch, ForwardSite.FirstTensor(blocks[block].Call(Arguments(batch)))!);
        }
    }

    /// <summary>Releases the activations.</summary>
    public void Dispose()
    {
        buffer?.Dispose();
        owned.ForEach(static tensor => tensor.Dispose());
        owned.Clear();
        first.Clear();
        buffer = null;
    }

    private ForwardArguments Arguments(int batch)
    {
        // Fresh tensors: a block may write into its arguments.
        var arguments = first[batch];
        for (var i = 0; i < arguments.Values.Count; i++)
        {
            arguments = i == carried ? arguments.With(i, buffer!.Read(batch)) : arguments.With(i, Tensors.Map(arguments.Values[i], static tensor => tensor.clone()));
        }

        return arguments;
    }

    private void Keep(int batch, ForwardArguments arguments)
    {
        carried = Tensors.FirstIndex(arguments);
        buffer!.Write(batch, (Tensor)arguments.Values[carried]!);

        // Masks and positions are mostly the same on every batch: they are kept once.
        first.TryGetValue(batch - 1, out var before);
        for (var i = 0; i < arguments.Values.Count; i++)
        {
            var value = arguments.Values[i];
            if (i == carried)
            {
                // The buffer has it; the place is held by the tensor of another batch, or an empty one.
                arguments = arguments.With(i, before?.Values[i] ?? Own(empty(0)));
            }
            else
            {
                arguments = arguments.With(i, before is not null && Tensors.AreEqual(before.Values[i], value) ? before.Values[i] : Tensors.Map(value, Copy));
            }
        }

        first[batch] = arguments;
    }

    private Tensor Copy(Tensor tensor) => Own(tensor.detach().clone());

    private Tensor Own(Tensor tensor)
    {
        owned.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }
}
