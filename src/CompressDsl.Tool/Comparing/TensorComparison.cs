using CompressDsl.Tool.Checkpoints;
using static TorchSharp.torch;

namespace CompressDsl.Tool.Comparing;

/// <summary>Compares one tensor of two checkpoints.</summary>
internal static class TensorComparison
{
    /// <summary>Reads both and lets them go again.</summary>
    /// <exception cref="FormatException">It is of a type that TorchSharp does not have.</exception>
    internal static ComparedTensor Of(CheckpointTensor a, CheckpointTensor b)
    {
        using var scope = NewDisposeScope();
        var sameShape = a.Info.Shape.SequenceEqual(b.Info.Shape);
        return new(a.Name, a.Info.Dtype, b.Info.Dtype, a.Info.Shape, b.Info.Shape, a.Layout, b.Layout, sameShape ? MaskDifference(a.Mask, b.Mask) : null)
        {
            Values = sameShape ? TensorDifference.Of(a.Read(), b.Read()) : null,
        };
    }

    private static string? MaskDifference(CheckpointMask? a, CheckpointMask? b)
    {
        if (a is null || b is null)
        {
            return (a, b) switch { (null, null) => null, (_, null) => "only in a", _ => "only in b" };
        }

        using var scope = NewDisposeScope();
        var differing = a.Read().ne(b.Read()).count_nonzero().item<long>();
        return differing == 0 ? null : $"{Display.Count(differing)} bits differ";
    }
}
