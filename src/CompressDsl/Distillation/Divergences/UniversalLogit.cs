using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The distance between sorted probabilities, whatever tokens they belong to, place by place of the answers: for teacher and student with different
/// tokenizers. Paper: Boizard et al., Towards Cross-Tokenizer Distillation, arXiv 2402.12030.
/// </summary>
public static class UniversalLogit
{
    /// <summary>The sum over the ranks of |p_(r) - q_(r)|, the smaller vocabulary filled up with zeros, in [0, 2]; the mean over the student's places.</summary>
    /// <remarks>
    /// The n-th place of a sample that counts for the student belongs to the n-th that counts for the teacher; where one of the two has fewer, the
    /// others of the sample are left out of the sum, not of the mean.
    /// </remarks>
    /// <param name="student">The student's logits [batch, length, vocabulary].</param>
    /// <param name="places">The student's places that count.</param>
    /// <param name="teacher">The teacher's logits [batch, another length, another vocabulary].</param>
    /// <param name="teacherPlaces">The teacher's places that count.</param>
    /// <param name="temperature">T, greater than 0; the factor T^2 is not in it.</param>
    /// <returns>A scalar; its gradient goes to the student alone; 0, with a gradient of 0, when no place counts.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Mean(ShiftedLogits student, TokenMask places, ShiftedLogits teacher, TokenMask teacherPlaces, double temperature)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(places);
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(teacherPlaces);
        LogitRows.CheckTemperature(temperature);
        LogitShapes.Check(student.Values, places.Labels, null);
        LogitShapes.Check(teacher.Values, teacherPlaces.Labels, null);
        LogitShapes.CheckShift(student, null, places);
        LogitShapes.CheckShift(teacher, null, teacherPlaces);
        if (student.Values.shape[0] != teacher.Values.shape[0])
        {
            throw new ArgumentException(
                $"The student's batch has {student.Values.shape[0]} samples and the teacher's {teacher.Values.shape[0]}; they must be the same texts.");
        }

        using var scope = NewDisposeScope();
        var (ours, theirs) = Aligned(places, teacherPlaces);
        var q = Sorted(student.Values, ours, temperature);
        var p = Sorted(teacher.Values.detach(), theirs, temperature);
        var width = Math.Max(q.shape[1], p.shape[1]);
        var distance = (Padded(p, width) - Padded(q, width)).abs().sum();
        return (distance / Math.Max(1, places.Count)).MoveToOuterDisposeScope();
    }

    private static Tensor Sorted(Tensor logits, Tensor rows, double temperature)
    {
        logits = logits.flatten(0, -2).index_select(0, rows);
        logits = logits.dtype == ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);
        return (logits / temperature).softmax(-1).sort(-1, descending: true).Values;
    }

    private static Tensor Padded(Tensor sorted, long width) =>
        sorted.shape[1] == width ? sorted : nn.functional.pad(sorted, [0, width - sorted.shape[1]]);

    /// <summary>The rows, over batch and length, of the n-th places of both, for every n that both have.</summary>
    private static (Tensor Student, Tensor Teacher) Aligned(TokenMask student, TokenMask teacher)
    {
        var (valid, theirs) = (Flat(student.Valid()), Flat(teacher.Valid()));
        var (number, theirNumber) = (valid.cumsum(1) * valid, theirs.cumsum(1) * theirs);
        var shared = minimum(valid.sum(dim: 1), theirs.sum(dim: 1)).unsqueeze(1);
        return (Rows(number, shared), Rows(theirNumber, shared));

        static Tensor Flat(Tensor mask) => (mask.dim() == 1 ? mask.unsqueeze(1) : mask).to(ScalarType.Int64);

        static Tensor Rows(Tensor number, Tensor shared) => number.gt(0).logical_and(number.le(shared)).flatten().nonzero().flatten();
    }
}
