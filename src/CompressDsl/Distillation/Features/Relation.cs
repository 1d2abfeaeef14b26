using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How the places of a sequence relate to each other: KL from the teacher's softmax(a aᵀ / sqrt(d)) to the student's, a being queries, keys or values,
/// split into a common number of relation heads of width d. Works across widths and head counts. Paper: Wang et al., MiniLMv2: Multi-Head
/// Self-Attention Relation Distillation for Compressing Pretrained Transformers, arXiv 2012.15828.
/// </summary>
public static class Relation
{
    /// <summary>
    /// The mean over the places that count and over the relation heads, in nats; of the last, as many as the teacher has heads, or as many as fit: the
    /// greatest number up to that by which both widths can be divided.
    /// </summary>
    /// <param name="student">Queries, keys or values [batch, heads, length, width of a head]; half precision is computed in float32.</param>
    /// <param name="teacher">The same of the teacher; heads and their width may differ. No gradient flows into it.</param>
    /// <param name="mask">[batch, length], any type; 0 or false leaves a place out, as one that relates and as one that is related to.</param>
    /// <returns>A scalar, at least 0 but for rounding; 0, with a gradient of 0, when no place counts.</returns>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit.</exception>
    public static Tensor Mean(Tensor student, Tensor teacher, Tensor? mask)
    {
        FeatureShapes.Check(student, teacher, "[batch, heads, length, width of a head], batch and length the same for both",
            static (student, teacher) => (student.Length, teacher.Length) == (4, 4) && student[0] == teacher[0] && student[2] == teacher[2]);
        var (ours, theirs) = (Concatenated(student), Concatenated(teacher));
        var heads = teacher.shape[1];
        while (ours.shape[2] % heads != 0 || theirs.shape[2] % heads != 0)
        {
            heads--;
        }

        return Mean(ours, theirs, heads, mask);
    }

    /// <summary>The mean over the places that count and over the relation heads, in nats.</summary>
    /// <inheritdoc cref="Mean(Tensor, Tensor, Tensor?)"/>
    /// <param name="student">Queries, keys or values, the heads beside each other [batch, length, width].</param>
    /// <param name="teacher">The same of the teacher; the width may differ. No gradient flows into it.</param>
    /// <param name="heads">The number of relation heads; both widths are multiples of it.</param>
    /// <param name="mask">[batch, length], any type; 0 or false leaves a place out, as one that relates and as one that is related to.</param>
    public static Tensor Mean(Tensor student, Tensor teacher, long heads, Tensor? mask)
    {
        FeatureShapes.Check(student, teacher, "[batch, length, width], batch and length the same for both",
            static (student, teacher) => (student.Length, teacher.Length) == (3, 3) && student.AsSpan(0, 2).SequenceEqual(teacher.AsSpan(0, 2)));
        if (heads < 1 || student.shape[2] % heads != 0 || teacher.shape[2] % heads != 0)
        {
            throw new ArgumentException(
                $"There are to be {heads} relation heads; the widths of student and teacher, {student.shape[2]} and {teacher.shape[2]}, must both be " +
                "multiples of that.");
        }

        FeatureShapes.CheckMask(mask, student.shape.AsSpan(0, 2), "mask");
        var absent = mask?.eq(0);
        var kept = FeatureShapes.Kept(mask);
        var ours = FeatureShapes.Widen(student);
        return FeatureShapes.Mean(ForwardKl.Kl(Log(FeatureShapes.Target(teacher, ours)), Log(ours)));

        // ln of the relations [places, heads, length] of the places that count.
        Tensor Log(Tensor a)
        {
            if (absent is not null)
            {
                // The products would carry a NaN of the padding into the gradient of every place.
                a = a.masked_fill(absent.unsqueeze(-1), 0);
            }

            var split = a.unflatten(2, [heads, a.shape[2] / heads]).transpose(1, 2);
            var scores = split.matmul(split.transpose(2, 3)) / Math.Sqrt(split.shape[3]);
            if (absent is not null)
            {
                scores = scores.masked_fill(absent.unsqueeze(1).unsqueeze(2), float.MinValue);
            }

            return FeatureShapes.Select(scores.transpose(1, 2).flatten(0, 1), kept).log_softmax(-1).clamp(min: float.MinValue);
        }
    }

    private static Tensor Concatenated(Tensor heads) => heads.transpose(1, 2).flatten(2, 3);
}
