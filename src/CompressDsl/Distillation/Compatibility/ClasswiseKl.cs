using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <summary>KL(p ‖ q) class by class, with the reductions of PyTorch's KLDivLoss.</summary>
internal static class ClasswiseKl
{
    /// <summary>ln softmax(logits / T), finite.</summary>
    public static Tensor Log(Tensor logits, double temperature, int dimension = -1) =>
        (FeatureShapes.Widen(logits) / LogitRows.CheckTemperature(temperature)).log_softmax(dimension).clamp(min: float.MinValue);

    /// <summary>p ln(p / q) of every class.</summary>
    /// <param name="student">Logits.</param>
    /// <param name="teacher">Logits of the same shape.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="dimension">Where the classes are.</param>
    public static Tensor Terms(Tensor student, Tensor teacher, double temperature, int dimension = -1)
    {
        CheckLogits(student, teacher);
        return ForwardKl.Terms(Log(FeatureShapes.Target(teacher, student), temperature, dimension), Log(student, temperature, dimension));
    }

    /// <summary>Reduces it; <see cref="LossReduction.BatchMean"/> divides by the first dimension alone.</summary>
    public static Tensor Reduce(Tensor terms, LossReduction reduction) => reduction switch
    {
        LossReduction.BatchMean => terms.sum() / Math.Max(1, terms.shape[0]),
        LossReduction.Mean => FeatureShapes.Mean(terms),
        LossReduction.Sum => terms.sum(),
        LossReduction.None => terms,
        _ => throw NoSuch(reduction),
    };

    public static void CheckLogits(Tensor student, Tensor teacher) => FeatureShapes.Check(
        student, teacher, "logits [batch, .., classes] of the same shape", static (student, teacher) => student.Length >= 2 && student.AsSpan().SequenceEqual(teacher));

    public static ArgumentOutOfRangeException NoSuch(LossReduction reduction) =>
        new(nameof(reduction), reduction, "There is no such reduction, or this loss does not have it.");
}
