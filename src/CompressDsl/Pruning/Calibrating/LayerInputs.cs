using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The inputs of a layer, as the matrix that its weight, laid out as a matrix, is multiplied with: rows [tokens, columns] in the order of <see
/// cref="WeightLayout"/>.
/// </summary>
internal static class LayerInputs
{
    /// <summary>Why the inputs of a weight cannot be seen; null where they can.</summary>
    public static string? WhyNot(PrunableWeight weight) => weight.Module switch
    {
        Linear or SparseLinear when weight.Name == "weight" => null,
        Convolution { transposed: true } => "a transposed convolution",
        Convolution { groups: > 1 } => "a convolution with groups",
        Convolution { padding: null } => "a convolution with a named padding",
        Convolution { padding_mode: not PaddingModes.Zeros } convolution => $"a convolution that pads with {convolution.padding_mode}",
        Convolution { kernel_size.Length: > 2 } => "a convolution over three dimensions",
        Convolution => null,
        Embedding => "an embedding, whose input is indices",
        var module => $"held by a {module.GetName()}, not by a linear or convolution layer",
    };

    /// <summary>Shows the inputs of every call of the layer until the result is disposed. Hooks run in <c>call</c> (CDSL4001).</summary>
    /// <param name="weight">A weight of which <see cref="WhyNot"/> says nothing.</param>
    /// <param name="seen">Gets the rows [tokens, columns] and how many sequences they are; the tensor is in the current dispose scope.</param>
    public static IDisposable Watch(PrunableWeight weight, Action<Tensor, long> seen)
    {
        var layer = (nn.Module<Tensor, Tensor>)weight.Module;
        var hook = layer.register_forward_pre_hook((_, input) =>
        {
            using var gradientsOff = no_grad();
            using var scope = NewDisposeScope();
            var isImage = layer is Convolution;
            var rows = layer is Convolution convolution ? Unfold(convolution, input.detach()) : input.detach().reshape(-1, input.shape[^1]);
            seen(rows, input.dim() >= 3 || isImage ? input.shape[0] : 1);
            return input;
        });
        return new Removal(hook.remove);
    }

    private static Tensor Unfold(Convolution convolution, Tensor input)
    {
        var isFlat = convolution.kernel_size.Length == 1;
        if (input.dim() == convolution.kernel_size.Length + 1)
        {
            input = input.unsqueeze(0);
        }

        // [batch, channels * places of the kernel, positions], channels outermost: a row of the weight has them innermost.
        var patches = nn.functional.unfold(
            isFlat ? input.unsqueeze(2) : input,
            Pair(convolution.kernel_size, 1),
            Pair(convolution.dilation, 1),
            Pair(convolution.padding!, 0),
            Pair(convolution.stride, 1));
        var (channels, positions) = (convolution.in_channels, patches.shape[2]);
        return patches.reshape(patches.shape[0], channels, -1, positions).permute(0, 3, 2, 1).reshape(patches.shape[0] * positions, -1);

        (long, long) Pair(long[] sizes, long otherwise) => isFlat ? (otherwise, sizes[0]) : (sizes[0], sizes[1]);
    }

    private sealed class Removal(Action remove) : IDisposable
    {
        public void Dispose() => remove();
    }
}
