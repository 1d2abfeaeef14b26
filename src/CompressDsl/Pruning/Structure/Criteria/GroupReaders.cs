using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The layers that read a group: whose inputs are its units.</summary>
internal static class GroupReaders
{
    /// <summary>The slices of those linear and convolution layers whose inputs are a group's units one to one.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static IReadOnlyList<GroupSlice> Of(ChannelGroup group)
    {
        var readers = group.Slices
            .Where(static slice => slice is { Role: SliceRole.Input, Parameter: "weight", Owner: Linear or SparseLinear or Convolution { groups: 1 } })
            .ToArray();
        return readers.Length > 0 ? readers : throw new InvalidOperationException(
            $"No linear or convolution layer reads '{group.Name}', so its activations cannot be seen; choose Magnitude, Taylor or Fisher for it.");
    }

    /// <summary>The layer of a reader.</summary>
    public static nn.Module<Tensor, Tensor> Layer(GroupSlice reader) => (nn.Module<Tensor, Tensor>)reader.Owner;

    /// <summary>Which dimension of a reader's input are its channels.</summary>
    /// <exception cref="InvalidOperationException">The input has another number of channels than the slice.</exception>
    public static int ChannelDim(ChannelGroup group, GroupSlice reader, Tensor input)
    {
        var dim = (int)input.dim() - 1 - (reader.Owner is Convolution convolution ? convolution.kernel_size.Length : 0);
        return dim >= 0 && input.shape[dim] == reader.Units.Length ? dim : throw new InvalidOperationException(
            $"A {reader.Owner.GetName()} that reads '{group.Name}' was given [{string.Join(", ", input.shape)}]; {reader.Units.Length} channels were expected.");
    }
}
