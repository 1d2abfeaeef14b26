using CompressDsl.Tool.Checkpoints;
using CompressDsl.Tool.Comparing;
using static TorchSharp.torch;

namespace CompressDsl.Tool.Converting;

/// <summary>Looks at one tensor and says how it is to be written. Nothing of it is kept: it is read again when it is written.</summary>
internal static class TensorConversion
{
    /// <summary>Plans a tensor.</summary>
    /// <exception cref="FormatException">TorchSharp has no such type.</exception>
    /// <exception cref="InvalidOperationException">The new type cannot hold one of its numbers.</exception>
    internal static ConvertedTensor Of(CheckpointTensor tensor, ConvertSettings settings)
    {
        var type = tensor.Type ?? throw new FormatException($"Tensor {tensor.Info} is of a type that TorchSharp does not have; {SafeTensorsDtype.Supported} can be converted and carried along.");
        var target = tensor.IsFloating ? settings.Type ?? type : type;
        using var scope = NewDisposeScope();
        var change = target == type ? null : Change(tensor, target);
        var (format, why) = FormatOf(tensor, target, settings.Layout);
        var (parts, inBits) = Parts(tensor, target, format);
        var summary = new TensorSummary(
            tensor.Name,
            tensor.Info.Dtype,
            SafeTensorsDtype.Of(target).Name,
            tensor.Layout,
            format?.Name() ?? "dense",
            tensor.Bytes,
            parts.Sum(static part => part.Bytes))
        {
            LargestChange = change?.Largest,
            RoundedToZero = change?.ZerosCame ?? 0,
            Why = why,
        };
        return new(tensor, format, parts, inBits, summary);
    }

    private static TensorDifference Change(CheckpointTensor tensor, ScalarType target)
    {
        using var scope = NewDisposeScope();
        var before = tensor.Read();
        var after = before.to(target);
        var lost = before.isfinite().logical_and_(after.isfinite().logical_not_());
        return lost.any().item<bool>()
            ? throw new InvalidOperationException(
                $"Tensor {tensor.Info} holds {Display.Value(before.masked_select(lost)[0].to(ScalarType.Float64).item<double>())}, which is infinite in {SafeTensorsDtype.Of(target).Name}"
                + $"; the largest there is {Display.Value(LargestOf(target))}. Take a type of a wider range, such as bf16 or f32; nothing was written.")
            : TensorDifference.Of(before, after);
    }

    private static double LargestOf(ScalarType type) => type switch
    {
        ScalarType.Float16 => (double)Half.MaxValue,
        ScalarType.BFloat16 => BitConverter.Int32BitsToSingle(0x7F7F0000),
        ScalarType.Float32 => float.MaxValue,
        _ => double.MaxValue,
    };

    private static (CompressedFormat? Format, string? Why) FormatOf(CheckpointTensor tensor, ScalarType target, LayoutChoice layout)
    {
        if (layout == LayoutChoice.Keep)
        {
            return (tensor.Format, null);
        }

        if (layout == LayoutChoice.Dense || !tensor.IsFloating || tensor.Info.Shape.Count != 2 || tensor.Count == 0 || !CompressedParts.MayHave(tensor.Name))
        {
            return (null, null); // biases, norms, whole numbers: nothing that anybody would compress
        }

        var format = layout == LayoutChoice.Bitmask ? CompressedFormat.SparseBitmask : CompressedFormat.Sparse24Bitmask;
        using var scope = NewDisposeScope();
        try
        {
            var compressed = CompressedWeight.Compress(tensor.Read().to(target), format);
            var bytes = CompressedParts.Of(tensor.Name, compressed, target).Sum(static part => part.Bytes);
            return bytes < tensor.Count * SafeTensorsDtype.Of(target).Bits / 8 ? (format, null) : (null, "would not be smaller");
        }
        catch (ArgumentException)
        {
            return (null, "has more than two numbers in four neighbours");
        }
    }

    private static (IReadOnlyList<TensorSource> Parts, bool MaskInBits) Parts(CheckpointTensor tensor, ScalarType target, CompressedFormat? format)
    {
        using var scope = NewDisposeScope();
        List<TensorSource> parts = [];
        var inBits = false;
        if (format is null)
        {
            parts.Add(new(tensor.Name, SafeTensorsDtype.Of(target), tensor.Info.Shape, () => tensor.Read().to(target)));
        }
        else
        {
            // Made for its sizes and bits, let go, and made again for each part when that is written.
            var compressed = Compress(tensor, target, format.Value);
            inBits = tensor.HasMetadata && tensor.Mask is { } mask && compressed.Stores(mask.Read().logical_not_());
            parts.AddRange(CompressedParts.Of(tensor.Name, compressed, target).Select(part => part with
            {
                Make = () => CompressedParts.Of(tensor.Name, Compress(tensor, target, format.Value), target).Single(other => other.Name == part.Name).Make(),
            }));
        }

        if (tensor.Mask is { } kept && !inBits)
        {
            parts.Add(new(StateTensor.MaskNameOf(tensor.Name), SafeTensorsDtype.Of(ScalarType.Byte), [(tensor.Count + 7) / 8], () => MaskBits.Pack(kept.Read())));
        }

        return (parts, inBits);
    }

    private static CompressedWeight Compress(CheckpointTensor tensor, ScalarType target, CompressedFormat format)
    {
        if (tensor.Stored is CompressedTensor stored && stored.Format == format)
        {
            // The same numbers stay stored, also where one is zero, or rounds to it.
            var compressed = stored.ReadCompressed();
            return compressed with { Values = compressed.Values.to(target) };
        }

        return CompressedWeight.Compress(tensor.Read().to(target), format);
    }
}
