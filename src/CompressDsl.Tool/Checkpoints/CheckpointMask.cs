using static TorchSharp.torch;

namespace CompressDsl.Tool.Checkpoints;

/// <summary>The mask of a weight in a checkpoint.</summary>
/// <param name="Part">The tensor of the file that holds it.</param>
/// <param name="Read">Reads it: bool, of the shape of the weight, true where a number is pruned; the caller owns it.</param>
internal sealed record CheckpointMask(string Part, Func<Tensor> Read)
{
    /// <summary>Finds the mask of a tensor: a tensor beside it, or the bits that it is compressed with.</summary>
    /// <returns>Null where there is none.</returns>
    internal static CheckpointMask? Find(ITensorFile file, StoredTensor stored, IReadOnlyDictionary<string, string> metadata)
    {
        var name = StateTensor.MaskNameOf(stored.Name);
        if (stored is CompressedTensor compressed && metadata.GetValueOrDefault(name) == compressed.Bits)
        {
            return new(compressed.Bits, compressed.ReadPruned);
        }

        var shape = stored.Info.Shape;
        var bytes = (shape.Aggregate(1L, static (product, size) => product * size) + 7) / 8;

        // A model may have a tensor of that name itself; one of another type or size is no mask.
        return file.Tensors.TryGetValue(name, out var info) && info.Dtype == "U8" && info.Shape is [var size] && size == bytes
            ? new(name, () => Unpack(file, name, shape))
            : null;
    }

    private static Tensor Unpack(ITensorFile file, string name, IReadOnlyList<long> shape)
    {
        using var bits = file.Read(name);
        try
        {
            return MaskBits.Unpack(bits, [.. shape]);
        }
        catch (ArgumentException wrong)
        {
            throw new SafeTensorsException(file.Path, $"'{name}': {wrong.Message}", wrong);
        }
    }
}
