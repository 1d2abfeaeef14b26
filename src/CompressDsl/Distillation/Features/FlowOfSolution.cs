using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How two layers go together: the mean squared difference of their products over places (FSP, or Gram, matrices). Paper: Yim et al., A Gift from Knowledge
/// Distillation: Fast Optimization, Network Minimization and Transfer Learning, CVPR 2017.
/// </summary>
public static class FlowOfSolution
{
    /// <summary>The mean over the batch and over the pairs of a channel of the first layer and one of the second.</summary>
    /// <param name="studentFirst">[batch, length, width], or [batch, channels, height, width]; of the latter the larger one is pooled, by maximum, to the smaller.</param>
    /// <param name="studentSecond">The same of a later layer.</param>
    /// <param name="teacherFirst">The same of the teacher, with the student's width or channels; no gradient flows into it.</param>
    /// <param name="teacherSecond">The same of a later layer.</param>
    /// <param name="mask">[batch, length], for sequences alone; 0 or false leaves a place out. Products are divided by how many count.</param>
    /// <returns>A scalar, at least 0; a sequence of which nothing counts gives 0.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor studentFirst, Tensor studentSecond, Tensor teacherFirst, Tensor teacherSecond, Tensor? mask)
    {
        var (ours, theirs) = Matrices(studentFirst, studentSecond, teacherFirst, teacherSecond, mask);
        return FeatureShapes.Mean((ours - theirs).square());
    }

    /// <summary>The matrices of student and teacher [batch, channels of the first, channels of the second].</summary>
    internal static (Tensor Student, Tensor Teacher) Matrices(
        Tensor studentFirst, Tensor studentSecond, Tensor teacherFirst, Tensor teacherSecond, Tensor? mask)
    {
        var ours = Matrix(FeatureShapes.Widen(studentFirst), FeatureShapes.Widen(studentSecond), mask);
        var theirs = Matrix(FeatureShapes.Target(teacherFirst, studentFirst), FeatureShapes.Target(teacherSecond, studentSecond), mask);
        FeatureShapes.Check(ours, theirs, "products [batch, channels of the first layer, channels of the second], the same for both",
            static (student, teacher) => student.AsSpan().SequenceEqual(teacher));
        return (ours, theirs);
    }

    private static Tensor Matrix(Tensor first, Tensor second, Tensor? mask)
    {
        var maps = first.dim() == 4 && mask is null;
        FeatureShapes.Check(first, second, "two layers [batch, length, width] of one length, or without a mask [batch, channels, height, width]",
            (first, second) => first[0] == second[0] && second.Length == first.Length && (maps || (first.Length == 3 && first[1] == second[1])));
        if (!maps)
        {
            FeatureShapes.CheckMask(mask, first.shape.AsSpan(0, 2), "mask");
            var products = FeatureShapes.Present(first, mask).transpose(1, 2).bmm(FeatureShapes.Present(second, mask));
            return mask is null ? products / first.shape[1] : products / mask.ne(0).sum(dim: 1).clamp(min: 1).reshape(-1, 1, 1);
        }

        var (height, width) = (Math.Min(first.shape[2], second.shape[2]), Math.Min(first.shape[3], second.shape[3]));
        return Pooled(first).bmm(Pooled(second).transpose(1, 2)) / (height * width);

        Tensor Pooled(Tensor map) => (map.shape[2] > height || map.shape[3] > width ? nn.functional.adaptive_max_pool2d(map, [height, width]) : map).flatten(2);
    }
}
