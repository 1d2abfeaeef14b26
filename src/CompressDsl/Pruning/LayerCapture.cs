using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Records the input and the output of the last call of one layer. Hooks run in <c>call</c>; a layer that is entered through
/// <c>forward</c> is not seen (CDSL4001).
/// </summary>
public sealed class LayerCapture : IDisposable
{
    private readonly torch.nn.HookableModule<Func<nn.Module<Tensor, Tensor>, Tensor, Tensor>, Func<nn.Module<Tensor, Tensor>, Tensor, Tensor, Tensor>>.HookRemover _hook;

    /// <summary>Hooks a layer.</summary>
    /// <param name="layer">The layer; it is not owned.</param>
    public LayerCapture(nn.Module<Tensor, Tensor> layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        _hook = layer.register_forward_hook((_, input, output) =>
        {
            Keep(input, output);
            return output;
        });
    }

    /// <summary>The input of the last call, detached from the graph, in the layer's own shape and type; null before the first call. Owned by this capture: the next call replaces it.</summary>
    public Tensor? Input { get; private set; }

    /// <summary>The output of the last call; as <see cref="Input"/>.</summary>
    public Tensor? Output { get; private set; }

    /// <summary>How many calls were seen.</summary>
    public int Calls { get; private set; }

    /// <summary>Takes the hook off the layer and releases what was recorded.</summary>
    public void Dispose()
    {
        _hook.remove();
        Release();
    }

    private void Keep(Tensor input, Tensor output)
    {
        Release();
        Input = input.detach().DetachFromDisposeScope();
        Output = output.detach().DetachFromDisposeScope();
        Calls++;
    }

    private void Release()
    {
        Input?.Dispose();
        Output?.Dispose();
        (Input, Output) = (null, null);
    }
}
