using CompressDsl.Tool.Checkpoints;
using static TorchSharp.torch;

namespace CompressDsl.Tool.Inspecting;

/// <summary>Looks at one tensor.</summary>
internal static class TensorInspection
{
    /// <summary>Reads a tensor and lets it go again.</summary>
    internal static InspectedTensor Of(CheckpointTensor tensor)
    {
        var info = tensor.Info;
        var dense = SafeTensorsDtype.Find(info.Dtype)!.Bytes(info.Shape)!.Value;
        var found = new InspectedTensor(info.Name, info.Dtype, info.Shape, tensor.Layout, tensor.Count, tensor.Bytes, new(dense));
        if (tensor.Type is null)
        {
            return found;
        }

        using var scope = NewDisposeScope();
        var masked = tensor.Mask is { } mask ? FractionOf(mask) : (double?)null;
        var values = tensor.Read();
        long[] shape = [.. info.Shape];
        if (shape.Length < 2 || tensor.Count == 0)
        {
            return found with { Zeros = tensor.Count - values.count_nonzero().item<long>(), Masked = masked };
        }

        var layout = shape.Length == 2 ? WeightLayout.OutputFirst(shape) : WeightLayout.Convolution(shape);
        var zeros = ZeroMap.Of(layout.Lay(values), layout.Inputs);
        return found with
        {
            Zeros = zeros.Zeros,
            Pattern = ZeroPattern.Of(zeros),
            DeadRows = zeros.DeadRows,
            DeadColumns = zeros.DeadInputs,
            Masked = masked,
            Bytes = shape.Length == 2 && tensor.IsFloating ? SizesOf(zeros, values.element_size(), dense) : found.Bytes,
        };
    }

    private static StorageSizes SizesOf(ZeroMap zeros, long width, long dense)
    {
        return new(dense, Bytes(SparseKernel.Csr), Bytes(SparseKernel.Bitmask), zeros.FitsTwoOfFour ? Bytes(SparseKernel.SemiStructured) : null);

        long Bytes(SparseKernel kernel) => StorageSize.Of(kernel, zeros.Rows, zeros.Columns, zeros.Numbers - zeros.Zeros, width);
    }

    private static double FractionOf(CheckpointMask mask)
    {
        using var scope = NewDisposeScope();
        var pruned = mask.Read();
        return pruned.numel() == 0 ? 0 : (double)pruned.count_nonzero().item<long>() / pruned.numel();
    }
}
