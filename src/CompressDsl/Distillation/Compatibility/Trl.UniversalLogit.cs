using static TorchSharp.torch;

namespace CompressDsl.Compatibility;

/// <content>Universal logit distillation.</content>
public static partial class Trl
{
    /// <summary>
    /// The distance between the sorted probabilities of student and teacher, whose vocabularies may differ: the sum of |p - q| over ranks, the smaller
    /// vocabulary filled up with 0, the mean over the answer's tokens and then over the batch; tokens are paired by position, and the longer answer loses
    /// its end. ULDLoss without the extended alignment. Paper: Boizard et al., Towards Cross-Tokenizer Distillation, arXiv 2402.12030.
    /// </summary>
    /// <param name="student">The student's logits [batch, length, classes].</param>
    /// <param name="teacher">The teacher's logits [batch, its length, its classes].</param>
    /// <param name="studentLabels">[batch, length]; the answer starts at the first that is not -100, and has as many tokens as there are such.</param>
    /// <param name="teacherLabels">[batch, its length].</param>
    /// <param name="studentTemperature">T of the student, greater than 0.</param>
    /// <param name="teacherTemperature">T of the teacher, greater than 0.</param>
    /// <param name="skipStudentEnd">Leaves out the last token of the student's answers.</param>
    /// <param name="skipTeacherEnd">Leaves out the last token of the teacher's answers.</param>
    /// <param name="alignment">Which logits speak of a token.</param>
    /// <returns>A scalar; a sample without an answer on one side counts as 0. Its gradient goes to the student alone.</returns>
    public static Tensor UniversalLogit(
        Tensor student, Tensor teacher, Tensor studentLabels, Tensor teacherLabels, double studentTemperature = 1, double teacherTemperature = 1,
        bool skipStudentEnd = true, bool skipTeacherEnd = true, AnswerAlignment alignment = AnswerAlignment.Observed)
    {
        FeatureShapes.Check(student, teacher, "[batch, length, classes], of one batch",
            static (student, teacher) => (student.Length, teacher.Length) == (3, 3) && student[0] == teacher[0]);
        FeatureShapes.CheckMask(studentLabels, student.shape.AsSpan(0, 2), "tensor of the student's labels");
        FeatureShapes.CheckMask(teacherLabels, teacher.shape.AsSpan(0, 2), "tensor of the teacher's labels");
        var target = FeatureShapes.Target(teacher, student);
        return stack([.. Enumerable.Range(0, (int)student.shape[0]).Select(OfSample)]).mean();

        Tensor OfSample(int sample)
        {
            var (ours, theirs) = (Answer(studentLabels[sample], skipStudentEnd), Answer(teacherLabels[sample], skipTeacherEnd));
            var (shift, drop) = alignment == AnswerAlignment.Bayesian ? (1, ours.Start == 0 || theirs.Start == 0 ? 1 : 0) : (0, 0);
            var length = Math.Min(ours.Size, theirs.Size) - drop;
            return length > 0
                ? (Sorted(student[sample], ours.Start, studentTemperature) - Sorted(target[sample], theirs.Start, teacherTemperature)).abs().sum() / length
                : FeatureShapes.Mean(FeatureShapes.Widen(student[sample]).narrow(0, 0, 0));

            Tensor Sorted(Tensor logits, long start, double temperature)
            {
                var probabilities = ClasswiseKl.Log(logits.narrow(0, start + drop - shift, length), temperature).exp();
                var sorted = probabilities.sort(-1, descending: true).Values;
                var missing = Math.Max(student.shape[2], teacher.shape[2]) - sorted.shape[1];
                return missing > 0 ? cat([sorted, sorted.new_zeros(length, missing)], 1) : sorted;
            }
        }
    }

    private static (long Start, long Size) Answer(Tensor labels, bool skipEnd)
    {
        var places = labels.ne(LogitRows.IgnoredLabel).nonzero();
        return places.shape[0] == 0 ? (0, 0) : (places[0, 0].item<long>(), places.shape[0] - (skipEnd ? 1 : 0));
    }
}
