using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The term of a <c>[MatchAttention]</c>: the mean over the pairs of layers of what they attend to differently.</summary>
public static class AttentionMatch
{
    /// <summary>How many relation heads there are at most where nobody says it: as many as BERT-base has attention heads, as in MiniLM.</summary>
    private const int MostRelationHeads = 12;

    /// <summary>The mean over the pairs, from attention maps.</summary>
    /// <param name="student">The student's layers.</param>
    /// <param name="teacher">The teacher's layers, with as many heads each.</param>
    /// <param name="pairs">Which belong together.</param>
    /// <param name="loss"><see cref="AttentionLoss.Kl"/> or <see cref="AttentionLoss.MeanSquared"/>.</param>
    /// <param name="places">The places that count.</param>
    /// <returns>A scalar; its gradient goes to the student.</returns>
    public static Tensor Mean(
        IReadOnlyList<AttentionCapture> student,
        IReadOnlyList<AttentionCapture> teacher,
        IReadOnlyList<(int Student, int Teacher)> pairs,
        AttentionLoss loss,
        FeaturePlaces places)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(places);
        return Mean(pairs, pair =>
        {
            var (map, target) = (student[pair.Student].Map, teacher[pair.Teacher].Map);
            if (map.shape[1] != target.shape[1])
            {
                throw new ArgumentException(
                    $"CDSL5009: the student's attention has {map.shape[1]} heads and the teacher's {target.shape[1]}; maps are compared head by head. " +
                    "AttentionLoss.Relation works across head counts.");
            }

            return loss switch
            {
                AttentionLoss.Kl => AttentionKl.Mean(map, target, places.Mask),
                AttentionLoss.MeanSquared => AttentionMeanSquared.Mean(map, target, places.Mask),
                _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, "Maps are compared by Kl or MeanSquared."),
            };
        });
    }

    /// <summary>The mean over the pairs, and over query-query, key-key and value-value, of the KL between relations.</summary>
    /// <param name="student">The student's layers.</param>
    /// <param name="teacher">The teacher's layers; head counts and widths may differ.</param>
    /// <param name="pairs">Which belong together.</param>
    /// <param name="relationHeads">Into how many heads both sides are cut; 0: the greatest common divisor of both widths, 12 at most.</param>
    /// <param name="places">The places that count.</param>
    /// <returns>A scalar; its gradient goes to the student.</returns>
    public static Tensor Mean(
        IReadOnlyList<RelationCapture> student,
        IReadOnlyList<RelationCapture> teacher,
        IReadOnlyList<(int Student, int Teacher)> pairs,
        int relationHeads,
        FeaturePlaces places)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(places);
        return Mean(pairs, pair => stack([.. student[pair.Student].Vectors.Zip(
            teacher[pair.Teacher].Vectors,
            (vectors, target) => Relation.Mean(vectors, target, Heads(vectors.shape[^1], target.shape[^1]), places.Mask))]).mean());

        int Heads(long studentWidth, long teacherWidth) => relationHeads > 0
            ? relationHeads
            : Enumerable.Range(1, MostRelationHeads).Last(heads => studentWidth % heads == 0 && teacherWidth % heads == 0);
    }

    private static Tensor Mean(IReadOnlyList<(int Student, int Teacher)> pairs, Func<(int Student, int Teacher), Tensor> term)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        using var scope = NewDisposeScope();
        return stack([.. pairs.Select(term)]).mean().MoveToOuterDisposeScope();
    }
}
