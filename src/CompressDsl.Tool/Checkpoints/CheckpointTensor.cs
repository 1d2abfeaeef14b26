using static TorchSharp.torch;

namespace CompressDsl.Tool.Checkpoints;

/// <summary>A tensor of the model in a checkpoint.</summary>
/// <param name="File">What it is read from.</param>
/// <param name="Stored">How it is stored.</param>
/// <param name="Mask">Its mask; null where it has none.</param>
internal sealed record CheckpointTensor(ITensorFile File, StoredTensor Stored, CheckpointMask? Mask)
{
    /// <summary>Its name in the model.</summary>
    internal string Name => Stored.Name;

    /// <summary>The name, type and shape that it has when it is read.</summary>
    internal SafeTensorInfo Info => Stored.Info;

    /// <summary>Its compressed layout; null: dense.</summary>
    internal CompressedFormat? Format => (Stored as CompressedTensor)?.Format;

    /// <summary>The name of its layout: <c>dense</c>, <c>sparse-bitmask</c> or <c>sparse-24-bitmask</c>.</summary>
    internal string Layout => Format?.Name() ?? "dense";

    /// <summary>TorchSharp's type for it; null where it has none, so that it cannot be read.</summary>
    internal ScalarType? Type => SafeTensorsDtype.Find(Info.Dtype)!.ScalarType;

    /// <summary>Whether its numbers are of a floating-point type that can be read.</summary>
    internal bool IsFloating => Type is { } type && is_floating_point(type);

    /// <summary>Whether the checkpoint can say in its metadata what is a mask; a Hugging Face folder cannot.</summary>
    internal bool HasMetadata => File is SafeTensorsFile;

    /// <summary>How many numbers it holds.</summary>
    internal long Count => Info.Shape.Aggregate(1L, static (product, size) => product * size);

    /// <summary>The bytes that it takes in the file, mask and all parts.</summary>
    internal long Bytes => Parts.Sum(part => File.Tensors[part].Bytes);

    /// <summary>The tensors of the file that it takes.</summary>
    internal IEnumerable<string> Parts => Mask is { } mask && !Stored.Parts.Contains(mask.Part) ? Stored.Parts.Append(mask.Part) : Stored.Parts;

    /// <summary>Reads it into host memory, dense; the caller owns it.</summary>
    internal Tensor Read() => Stored.Read();

    /// <summary>Gives every stored tensor its mask; masks are no tensors of the model.</summary>
    /// <param name="file">What they are read from.</param>
    /// <param name="stored">All tensors.</param>
    /// <param name="metadata">Which says where a mask is the bits of a compressed weight.</param>
    internal static IEnumerable<CheckpointTensor> Of(ITensorFile file, IEnumerable<StoredTensor> stored, IReadOnlyDictionary<string, string> metadata)
    {
        var tensors = stored.Select(tensor => new CheckpointTensor(file, tensor, CheckpointMask.Find(file, tensor, metadata))).ToArray();
        var masks = tensors.Where(static tensor => tensor.Mask is not null).Select(static tensor => tensor.Mask!.Part).ToHashSet(StringComparer.Ordinal);
        return tensors.Where(tensor => !masks.Contains(tensor.Name));
    }
}
