using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <content>Losses on hidden states.</content>
public static partial class DistillKit
{
    /// <summary>The mean over pairs of layers of <see cref="CompressDsl.HiddenMeanSquared"/>.</summary>
    /// <param name="layers">The student's hidden states, projected to the teacher's width where widths differ, and the teacher's; at least one pair.</param>
    /// <param name="mask">[batch, length]; 0 or false leaves a token out. Null: all count.</param>
    /// <returns>A scalar; its gradient goes to the student, and to projections, alone.</returns>
    public static Tensor HiddenMeanSquared(IReadOnlyList<(Tensor Student, Tensor Teacher)> layers, Tensor? mask = null) =>
        OverLayers(layers, mask, CompressDsl.HiddenMeanSquared.Mean);

    /// <summary>The mean over pairs of layers of <see cref="CompressDsl.HiddenCosine"/>.</summary>
    /// <inheritdoc cref="HiddenMeanSquared"/>
    public static Tensor HiddenCosine(IReadOnlyList<(Tensor Student, Tensor Teacher)> layers, Tensor? mask = null) =>
        OverLayers(layers, mask, CompressDsl.HiddenCosine.Mean);

    private static Tensor OverLayers(
        IReadOnlyList<(Tensor Student, Tensor Teacher)> layers, Tensor? mask, Func<Tensor, Tensor, Tensor?, Tensor> mean)
    {
        ArgumentNullException.ThrowIfNull(layers);
        return layers.Count > 0
            ? stack([.. layers.Select(pair => mean(pair.Student, pair.Teacher, Flat(mask)))]).mean()
            : throw new ArgumentException("There is no pair of layers.", nameof(layers));
    }
}
