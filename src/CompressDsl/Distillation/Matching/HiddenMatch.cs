using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The term of a <c>[MatchHidden]</c>: the mean over the pairs of layers of what their hidden states differ by.</summary>
public static class HiddenMatch
{
    /// <summary>The mean over the pairs.</summary>
    /// <param name="student">The student's layers.</param>
    /// <param name="teacher">The teacher's layers.</param>
    /// <param name="pairs">Which belong together.</param>
    /// <param name="loss">How two are compared.</param>
    /// <param name="places">The places that count.</param>
    /// <param name="projections">Maps the student's width to the teacher's.</param>
    /// <param name="member">The name of the projection.</param>
    /// <returns>A scalar; its gradient goes to the student and the projection.</returns>
    public static Tensor Mean(
        IReadOnlyList<HiddenCapture> student,
        IReadOnlyList<HiddenCapture> teacher,
        IReadOnlyList<(int Student, int Teacher)> pairs,
        HiddenLoss loss,
        FeaturePlaces places,
        FeatureProjections projections,
        string member)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(projections);

        using var scope = NewDisposeScope();
        var terms = pairs.Select(pair =>
        {
            var target = teacher[pair.Teacher].Value;
            var hidden = projections.Project(member, student[pair.Student].Value, target.shape[^1]);
            return loss switch
            {
                HiddenLoss.MeanSquared => HiddenMeanSquared.Mean(hidden, target, places.Mask),
                HiddenLoss.Cosine => HiddenCosine.Mean(hidden, target, places.Mask),
                _ => throw new ArgumentOutOfRangeException(nameof(loss), loss, "There is no such loss."),
            };
        }).ToArray();
        return stack(terms).mean().MoveToOuterDisposeScope();
    }
}
