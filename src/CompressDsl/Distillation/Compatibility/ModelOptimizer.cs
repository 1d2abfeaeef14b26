using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <summary>The distillation losses of NVIDIA/Model-Optimizer, with their factor T^2. Masked generative distillation is <see cref="MaskedGenerative"/>.</summary>
public static class ModelOptimizer
{
    /// <summary>LogitsDistillationLoss: T^2 * KL(p ‖ q), p the teacher's softened distribution.</summary>
    /// <param name="student">The student's logits [batch, .., classes].</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="reduction">
    /// <see cref="LossReduction.Mean"/> divides by all elements, the classes too; <see cref="LossReduction.BatchMean"/> by the first dimension alone;
    /// <see cref="LossReduction.None"/> sums over the classes and gives [batch, ..].
    /// </param>
    /// <returns>A scalar, or what <see cref="LossReduction.None"/> gives; its gradient goes to the student alone.</returns>
    public static Tensor Logits(Tensor student, Tensor teacher, double temperature = 1, LossReduction reduction = LossReduction.Mean)
    {
        var terms = ClasswiseKl.Terms(student, teacher, temperature);
        return temperature * temperature * (reduction == LossReduction.None ? terms.sum(dim: -1) : ClasswiseKl.Reduce(terms, reduction));
    }

    /// <summary>
    /// MFTLoss: T^2 * KL(p' ‖ q), where p' is the teacher's softened distribution with so much of the label mixed in that it leads by a threshold. Paper:
    /// Belcak et al., Minifinetuning: Low-Data Generation Domain Adaptation through Corrective Self-Distillation, arXiv 2506.15702.
    /// </summary>
    /// <param name="student">The student's logits [batch, .., classes].</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="labels">int64 [all places] or [batch, ..]; every place has one.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <param name="threshold">By how much the label leads, in [0, 1].</param>
    /// <param name="reduction">
    /// Places are counted one by one: <see cref="LossReduction.BatchMean"/> is the mean over them; <see cref="LossReduction.None"/> gives [places, classes].
    /// </param>
    /// <returns>A scalar, or what <see cref="LossReduction.None"/> gives; its gradient goes to the student alone.</returns>
    public static Tensor Minifinetuning(
        Tensor student, Tensor teacher, Tensor labels, double temperature = 1, double threshold = 0.2, LossReduction reduction = LossReduction.BatchMean)
    {
        ClasswiseKl.CheckLogits(student, teacher);
        LogitRows.CheckTemperature(temperature);
        var q = ClasswiseKl.Log(student.flatten(0, -2), temperature);
        var p = Corrected((FeatureShapes.Target(teacher, student).flatten(0, -2) / temperature).softmax(-1), labels.flatten(), threshold);
        return temperature * temperature * ClasswiseKl.Reduce(p.xlogy(p) - (p * q), reduction);
    }

    private static Tensor Corrected(Tensor p, Tensor labels, double threshold)
    {
        var label = labels.unsqueeze(1);
        var (ofLabel, greatest) = (p.gather(1, label), p.amax([1], keepdim: true));
        var isWrong = p.argmax(1, keepdim: true).ne(label);
        var lead = greatest - ofLabel;
        var whenWrong = (lead + threshold) / (1 + lead + 1e-7);
        var whenRight = (where(ofLabel.gt(1 - threshold), ones_like(ofLabel), ofLabel + threshold) - greatest) / (1 - greatest + 1e-7);
        var share = where(isWrong, whenWrong, whenRight);
        return (p * (1 - share)).scatter_add(1, label, share);
    }
}
