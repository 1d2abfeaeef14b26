using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Hidden states of the places that count, as one list of rows, in float32 or better.</summary>
/// <param name="Student">[rows, width].</param>
/// <param name="Teacher">[rows, width]; no gradient flows into them.</param>
internal readonly record struct HiddenRows(Tensor Student, Tensor Teacher)
{
    /// <summary>Selects them.</summary>
    /// <param name="student">[.., width].</param>
    /// <param name="teacher">The same shape.</param>
    /// <param name="mask">[..]; not zero where a place counts.</param>
    public static HiddenRows Select(Tensor student, Tensor teacher, Tensor? mask)
    {
        FeatureShapes.Check(student, teacher, "[batch, width] or [batch, length, width], the same for both; where widths differ, project one of them",
            static (student, teacher) => student.Length >= 2 && student.AsSpan().SequenceEqual(teacher));
        FeatureShapes.CheckMask(mask, student.shape.AsSpan()[..^1], "mask");
        var kept = FeatureShapes.Kept(mask);
        var (ours, theirs) = (FeatureShapes.Select(student.flatten(0, -2), kept), FeatureShapes.Select(teacher.detach().flatten(0, -2), kept));
        return new(FeatureShapes.Widen(ours), FeatureShapes.Target(theirs, ours));
    }
}
