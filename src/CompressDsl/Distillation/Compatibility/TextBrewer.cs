using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <summary>The losses of airaria/TextBrewer on logits and hidden states; those on attention maps are in the other part.</summary>
public static partial class TextBrewer
{
    /// <summary>
    /// kd_ce_loss: the cross-entropy of the softened distributions, the mean over all rows, without a factor T^2. It is <see cref="ForwardKl"/> plus the
    /// teacher's entropy, and has its gradient.
    /// </summary>
    /// <param name="student">The student's logits [batch, classes] or [batch, length, classes].</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="temperature">T, greater than 0.</param>
    /// <returns>A scalar; its gradient goes to the student alone.</returns>
    public static Tensor KdCrossEntropy(Tensor student, Tensor teacher, double temperature = 1)
    {
        LogitRows.CheckTemperature(temperature);
        using var t = tensor(temperature, ScalarType.Float64, student.device);
        return KdCrossEntropy(student, teacher, t.expand(student.shape[..^1]));
    }

    /// <inheritdoc cref="KdCrossEntropy(Tensor, Tensor, double)"/>
    /// <param name="student">The student's logits [batch, classes] or [batch, length, classes].</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="temperature">T of every row [batch] or [batch, length], greater than 0.</param>
    public static Tensor KdCrossEntropy(Tensor student, Tensor teacher, Tensor temperature)
    {
        var (ours, theirs) = Soften(student, teacher, temperature);
        return -FeatureShapes.Mean((theirs.softmax(-1) * ours.log_softmax(-1).clamp(min: float.MinValue)).sum(-1));
    }

    /// <summary>kd_mse_loss: <see cref="MeanSquaredLogits"/>, the mean over all rows.</summary>
    /// <inheritdoc cref="KdCrossEntropy(Tensor, Tensor, double)"/>
    public static Tensor KdMeanSquared(Tensor student, Tensor teacher, double temperature = 1)
    {
        LogitRows.CheckTemperature(temperature);
        using var t = tensor(temperature, ScalarType.Float64, student.device);
        return KdMeanSquared(student, teacher, t.expand(student.shape[..^1]));
    }

    /// <inheritdoc cref="KdMeanSquared(Tensor, Tensor, double)"/>
    /// <param name="student">The student's logits [batch, classes] or [batch, length, classes].</param>
    /// <param name="teacher">The teacher's logits, of the same shape.</param>
    /// <param name="temperature">T of every row [batch] or [batch, length], greater than 0.</param>
    public static Tensor KdMeanSquared(Tensor student, Tensor teacher, Tensor temperature)
    {
        var (ours, theirs) = Soften(student, teacher, temperature);
        return FeatureShapes.Mean((ours - theirs).square());
    }

    /// <summary>hid_mse_loss: <see cref="CompressDsl.HiddenMeanSquared"/>.</summary>
    /// <inheritdoc cref="CompressDsl.HiddenMeanSquared.Mean"/>
    public static Tensor HiddenMeanSquared(Tensor student, Tensor teacher, Tensor? mask) => CompressDsl.HiddenMeanSquared.Mean(student, teacher, mask);

    /// <summary>cos_loss: <see cref="HiddenCosine"/>, but that 1e-12 is added to both squared norms instead of a least norm.</summary>
    /// <inheritdoc cref="CompressDsl.HiddenMeanSquared.Mean"/>
    public static Tensor Cosine(Tensor student, Tensor teacher, Tensor? mask)
    {
        var rows = HiddenRows.Select(student, teacher, mask);
        var norms = (rows.Student.square().sum(-1) + 1e-12) * (rows.Teacher.square().sum(-1) + 1e-12);
        return FeatureShapes.Mean(1 - ((rows.Student * rows.Teacher).sum(-1) / norms.sqrt()));
    }

    /// <summary>
    /// pkd_loss: the squared distance of the directions of the hidden states at the first place. A mask makes no difference. Paper: Sun et al., Patient
    /// Knowledge Distillation for BERT Model Compression, arXiv 1908.09355.
    /// </summary>
    /// <param name="student">[batch, length, width], or [batch, width].</param>
    /// <param name="teacher">[batch, length, width], or [batch, width].</param>
    /// <returns>A scalar: the mean over the batch; its gradient goes to the student alone.</returns>
    public static Tensor Patient(Tensor student, Tensor teacher)
    {
        var rows = HiddenRows.Select(First(student), First(teacher), null);
        return FeatureShapes.Mean((Direction(rows.Student) - Direction(rows.Teacher)).square().sum(-1));

        static Tensor First(Tensor hidden) => hidden.dim() == 3 ? hidden.select(1, 0) : hidden;

        static Tensor Direction(Tensor rows) => nn.functional.normalize(rows, dim: 1);
    }

    /// <summary>fsp_loss: <see cref="CompressDsl.FlowOfSolution"/>.</summary>
    /// <inheritdoc cref="CompressDsl.FlowOfSolution.Mean"/>
    public static Tensor FlowOfSolution(Tensor studentFirst, Tensor studentSecond, Tensor teacherFirst, Tensor teacherSecond, Tensor? mask) =>
        CompressDsl.FlowOfSolution.Mean(studentFirst, studentSecond, teacherFirst, teacherSecond, mask);

    /// <summary>
    /// mmd_loss: the mean squared difference of the products of places of two layers, divided by their width, over the pairs of places that count. A variant
    /// of Huang and Wang, Like What You Like: Knowledge Distill via Neuron Selectivity Transfer, arXiv 1707.01219.
    /// </summary>
    /// <param name="studentFirst">[batch, length, width].</param>
    /// <param name="studentSecond">[batch, length, width].</param>
    /// <param name="teacherFirst">[batch, length, its width].</param>
    /// <param name="teacherSecond">[batch, length, its width].</param>
    /// <param name="mask">[batch, length]; 0 or false leaves a place out. Null: all count.</param>
    /// <returns>A scalar; its gradient goes to the student alone.</returns>
    public static Tensor NeuronSelectivity(Tensor studentFirst, Tensor studentSecond, Tensor teacherFirst, Tensor teacherSecond, Tensor? mask)
    {
        FeatureShapes.CheckMask(mask, studentFirst.shape.AsSpan(0, 2), "mask");
        return CompressDsl.AttentionMeanSquared.Mean(Products(studentFirst, studentSecond), Products(teacherFirst.detach(), teacherSecond.detach()), mask);

        Tensor Products(Tensor first, Tensor second) =>
            (Present(first).bmm(Present(second).transpose(1, 2)) / second.shape[2]).unsqueeze(1);

        Tensor Present(Tensor hidden) => FeatureShapes.Present(FeatureShapes.Widen(hidden), mask);
    }

    private static (Tensor Student, Tensor Teacher) Soften(Tensor student, Tensor teacher, Tensor temperature)
    {
        ClasswiseKl.CheckLogits(student, teacher);
        FeatureShapes.CheckMask(temperature, student.shape.AsSpan()[..^1], "tensor of temperatures");
        var ours = FeatureShapes.Widen(student);
        var t = temperature.detach().unsqueeze(-1).to(ours.dtype);
        return (ours / t, FeatureShapes.Target(teacher, ours) / t);
    }
}
