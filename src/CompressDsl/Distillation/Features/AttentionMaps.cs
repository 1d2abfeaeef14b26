using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Attention maps of the queries that count, in float32 or better, with 0 in place of keys that do not count.</summary>
/// <param name="Student">[queries, heads, keys].</param>
/// <param name="Teacher">[queries, heads, keys]; no gradient flows into them.</param>
/// <param name="Keys">Whether a key counts [queries, 1, keys]; null where all do.</param>
internal readonly record struct AttentionMaps(Tensor Student, Tensor Teacher, Tensor? Keys)
{
    /// <summary>Selects them.</summary>
    public static AttentionMaps Select(Tensor student, Tensor teacher, Tensor? queryMask, Tensor? keyMask)
    {
        FeatureShapes.Check(student, teacher, "[batch, heads, queries, keys], the same for both; where heads differ, compare relations (Relation) instead",
            static (student, teacher) => student.Length == 4 && student.AsSpan().SequenceEqual(teacher));
        var (batch, queries, keys) = (student.shape[0], student.shape[2], student.shape[3]);
        FeatureShapes.CheckMask(queryMask, [batch, queries], "mask of queries");
        FeatureShapes.CheckMask(keyMask, [batch, keys], "mask of keys");
        var kept = FeatureShapes.Kept(queryMask);
        var counts = keyMask is null
            ? null
            : FeatureShapes.Select(keyMask.ne(0).unsqueeze(1).expand(batch, queries, keys).reshape(-1, keys), kept).unsqueeze(1);
        var ours = Rows(student);
        return new(FeatureShapes.Widen(ours), FeatureShapes.Target(Rows(teacher.detach()), ours), counts);

        Tensor Rows(Tensor maps)
        {
            var rows = FeatureShapes.Select(maps.transpose(1, 2).flatten(0, 1), kept);
            // Not multiplied by the mask: a NaN at a key that does not count stays there.
            return counts is null ? rows : rows.masked_fill(counts.logical_not(), 0);
        }
    }

    /// <summary>How many pairs of a query, a head and a key count, as a scalar, at least 1.</summary>
    public Tensor Pairs => Keys is null
        ? tensor(Math.Max(1, Student.numel()), Student.dtype, Student.device)
        : (Keys.sum() * Student.shape[1]).clamp(min: 1).to(Student.dtype);
}
