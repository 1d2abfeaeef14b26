using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The distillation loss of models with large vocabularies: the last layer and the loss together, a few rows at a time, so that no tensor of all
/// tokens by all classes is ever made. Value and gradients are those of logits, <see cref="LogitRows"/> and a divergence, up to rounding.
/// </summary>
/// <remarks>
/// <para>The gradients are computed along with the value, those of the weight in one accumulator; <c>backward</c> only scales them. So nothing is
/// computed for a head that is frozen, or under no_grad.</para>
/// <para><c>backward</c> goes through <see cref="DistillationTerms.Total"/> once: a second time (retain_graph), or for second derivatives
/// (create_graph), libtorch throws that the function returned an invalid gradient. Hard and Soft are reported and carry no graph.</para>
/// <para>After the method of Liger Kernel, Hsu et al., arXiv 2410.10989.</para>
/// </remarks>
public static class ChunkedLoss
{
    /// <summary>The loss of one batch: (1 - Alpha) * Hard + Alpha * Soft, with T^2 in Soft, each the mean over the rows that count.</summary>
    /// <param name="student">The student's head; gradients go to its hidden states, weight and bias, where they ask for one.</param>
    /// <param name="teacher">The teacher's head, no gradient goes there; null learns from the labels alone: Total is Hard then.</param>
    /// <param name="labels">[batch] or [batch, length], as the hidden states are, int64 or int32; -100 leaves a row out.</param>
    /// <param name="mask">The shape of the labels, any type; 0 or false leaves a row out. Null: every row counts.</param>
    /// <param name="options">The loss, and the memory that it may take; null takes the defaults.</param>
    /// <returns>The terms, in the dispose scope around the call, float32 (float64 for heads in float64).</returns>
    /// <exception cref="ArgumentException">
    /// An option is out of range, shapes, types or devices do not fit, or a label is out of range (looked at on the CPU only).
    /// </exception>
    public static DistillationTerms Compute(
        VocabularyHead student, VocabularyHead? teacher, Tensor labels, Tensor? mask = null, ChunkedLossOptions? options = null) =>
        Compute(student, teacher, labels, mask, options ?? new(), next: false);

    /// <summary>As <see cref="Compute(VocabularyHead, VocabularyHead?, Tensor, Tensor?, ChunkedLossOptions?)"/>, for a causal language model: hidden states at t are held against the label at t + 1.</summary>
    /// <param name="student">The student's head, its hidden states [batch, length of at least 2, width].</param>
    /// <param name="teacher">The teacher's head, or null.</param>
    /// <param name="labels">[batch, length], int64 or int32, not shifted; -100 leaves a place out.</param>
    /// <param name="mask">The shape of the labels, any type; 0 or false leaves a place out, as a label. Null: every place counts.</param>
    /// <param name="options">The loss, and the memory that it may take; null takes the defaults.</param>
    /// <returns>The terms, in the dispose scope around the call, float32 (float64 for heads in float64).</returns>
    /// <exception cref="ArgumentException">
    /// An option is out of range, shapes, types or devices do not fit, or a label is out of range (looked at on the CPU only).
    /// </exception>
    public static DistillationTerms ComputeNext(
        VocabularyHead student, VocabularyHead? teacher, Tensor labels, Tensor? mask = null, ChunkedLossOptions? options = null) =>
        Compute(student, teacher, labels, mask, options ?? new(), next: true);

    private static DistillationTerms Compute(
        VocabularyHead student, VocabularyHead? teacher, Tensor labels, Tensor? mask, ChunkedLossOptions options, bool next)
    {
        ArgumentNullException.ThrowIfNull(student);
        using var scope = NewDisposeScope();
        options.Check();
        student.Check("student");
        CheckTeacher(student, teacher, options);

        var rows = LabelledRows.Of(student.Hidden, labels, mask, next, student.Classes);
        // Views of weight and bias: what backward hands to a view comes to the parameter as a tensor that nobody else holds, which libtorch then
        // takes as .grad instead of copying it.
        var studentRows = new HeadRows(rows.Select(student.Hidden), View(student.Weight), student.Bias is null ? null : View(student.Bias), student.Softcap);
        var teacherRows = teacher is null ? null : RowsOf(teacher, rows);
        var pass = new ChunkedPass(studentRows, teacherRows, rows.Labels, options);

        var hasGraph = is_grad_enabled() &&
            (studentRows.Hidden.requires_grad || studentRows.Weight.requires_grad || studentRows.Bias is { requires_grad: true });
        var total = hasGraph
            ? ChunkedLossFunction.apply(studentRows.Hidden, studentRows.Weight, studentRows.Bias!, pass, studentRows)
            : pass.Run(null);
        return new DistillationTerms(pass.Hard!, pass.Soft, options.Alpha, total, rows.Count).MoveToOuterDisposeScope();

        static Tensor View(Tensor tensor) => tensor.view(tensor.shape);
    }

    private static HeadRows RowsOf(VocabularyHead teacher, LabelledRows rows)
    {
        using var _ = no_grad();
        return new(rows.Select(teacher.Hidden), teacher.Weight, teacher.Bias, teacher.Softcap);
    }

    private static void CheckTeacher(VocabularyHead student, VocabularyHead? teacher, ChunkedLossOptions options)
    {
        if (teacher is null)
        {
            return;
        }

        teacher.Check("teacher");
        VocabularyHead.Require(
            teacher.Hidden.shape.AsSpan()[..^1].SequenceEqual(student.Hidden.shape.AsSpan()[..^1]),
            $"The teacher's hidden states are {VocabularyHead.Text(teacher.Hidden)} and the student's {VocabularyHead.Text(student.Hidden)}; only their width may differ.");
        VocabularyHead.Require(
            VocabularyHead.SameDevice(teacher.Weight, student.Weight),
            $"The teacher's weight is on {teacher.Weight.device} and the student's on {student.Weight.device}; they must be on one device.");
        LogitShapes.SharedClasses(student.Classes, teacher.Classes, options.Vocabulary);
    }
}
