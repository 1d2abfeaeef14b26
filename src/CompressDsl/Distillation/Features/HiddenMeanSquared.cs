using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The mean squared difference of hidden states. Papers: Romero et al., FitNets: Hints for Thin Deep Nets, arXiv 1412.6550; Jiao et al., TinyBERT,
/// arXiv 1909.10351.
/// </summary>
public static class HiddenMeanSquared
{
    /// <summary>The mean over the places that count and over the width.</summary>
    /// <param name="student">[batch, length, width] or [batch, width], floating point; half precision is computed in float32.</param>
    /// <param name="teacher">The same shape, on the same device; no gradient flows into it.</param>
    /// <param name="mask">[batch, length] or [batch], any type; 0 or false leaves a place out. Null: all count.</param>
    /// <returns>A scalar, at least 0; 0, with a gradient of 0, when no place counts.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher, Tensor? mask)
    {
        var rows = HiddenRows.Select(student, teacher, mask);
        return FeatureShapes.Mean((rows.Student - rows.Teacher).square());
    }
}
