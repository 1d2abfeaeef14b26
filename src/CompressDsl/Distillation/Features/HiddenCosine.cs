using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// One minus the cosine of the angle between hidden states, in [0, 2]. Paper: Sanh et al., DistilBERT, arXiv 1910.01108.
/// </summary>
public static class HiddenCosine
{
    /// <summary>The mean over the places that count.</summary>
    /// <inheritdoc cref="HiddenMeanSquared.Mean"/>
    /// <remarks>Norms below 1e-8 count as 1e-8: a place where one side is zero costs 1 and has no gradient.</remarks>
    public static Tensor Mean(Tensor student, Tensor teacher, Tensor? mask)
    {
        var rows = HiddenRows.Select(student, teacher, mask);
        return FeatureShapes.Mean(1 - nn.functional.cosine_similarity(rows.Student, rows.Teacher, dim: 1, eps: 1e-8));
    }
}
