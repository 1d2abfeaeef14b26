using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The rows that count: logits of the student and of the teacher, and the labels, as one list of rows whatever the task, without the rows that a
/// label of -100 or a mask of 0 leaves out.
/// </summary>
/// <remarks>
/// Its tensors belong to the dispose scope in which <see cref="Select(Tensor, Tensor, Tensor, Tensor?, Vocabulary)"/> was called: open one around it.
/// Half precision becomes float32 here; float64 stays. On an accelerator, <c>Select</c> waits once for the device, to learn how many rows are left.
/// </remarks>
public sealed class LogitRows
{
    /// <summary>The label that leaves its row out of every term.</summary>
    public const long IgnoredLabel = -100;

    private readonly Tensor? _teacher;

    private LogitRows(Tensor student, Tensor? teacher, Tensor labels)
    {
        Student = student;
        _teacher = teacher;
        Labels = labels;
        SharedStudent = teacher is null || teacher.shape[1] == student.shape[1] ? student : student.narrow(1, 0, teacher.shape[1]);
    }

    /// <summary>The student's logits [rows, classes].</summary>
    public Tensor Student { get; }

    /// <summary>The student's logits over the classes that the teacher has too [rows, shared classes].</summary>
    public Tensor SharedStudent { get; }

    /// <summary>The teacher's logits over the classes that the student has too [rows, shared classes]; no gradient flows into them.</summary>
    public Tensor Teacher => _teacher ?? throw new InvalidOperationException("These rows were selected without a teacher: there is no soft term.");

    /// <summary>The labels, int64 [rows], in [0, classes).</summary>
    public Tensor Labels { get; }

    /// <summary>How many rows count.</summary>
    public long Count => Labels.shape[0];

    /// <summary>Selects the rows that count for both terms.</summary>
    /// <param name="studentLogits">[batch, classes] or [batch, length, classes], floating point.</param>
    /// <param name="teacherLogits">The same shape, but for the number of classes, on the same device.</param>
    /// <param name="labels">[batch] or [batch, length], int64 or int32; -100 leaves a row out.</param>
    /// <param name="mask">The shape of the labels, any type; 0 or false leaves a row out.</param>
    /// <param name="vocabulary">What happens when the numbers of classes differ.</param>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or a label is out of range (looked at on the CPU only).</exception>
    public static LogitRows Select(Tensor studentLogits, Tensor teacherLogits, Tensor labels, Tensor? mask, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(teacherLogits);
        LogitShapes.Check(studentLogits, labels, mask);
        return Select(ShiftedLogits.InPlace(studentLogits), ShiftedLogits.InPlace(teacherLogits), TokenMask.InPlace(labels, mask), vocabulary);
    }

    /// <summary>Selects the rows that count for the hard term alone, where there is no teacher.</summary>
    /// <inheritdoc cref="Select(Tensor, Tensor, Tensor, Tensor?, Vocabulary)"/>
    public static LogitRows Select(Tensor studentLogits, Tensor labels, Tensor? mask = null)
    {
        LogitShapes.Check(studentLogits, labels, mask);
        return Select(ShiftedLogits.InPlace(studentLogits), null, TokenMask.InPlace(labels, mask), Vocabulary.Same);
    }

    /// <summary>
    /// Selects the rows that count where the logits at t speak of the label at t + 1: the last logits have no label, and the first label has no
    /// logits. Label and mask say of their own place that it is left out.
    /// </summary>
    /// <param name="studentLogits">[batch, length, classes], floating point.</param>
    /// <param name="teacherLogits">The same shape, but for the number of classes, on the same device.</param>
    /// <param name="labels">[batch, length], int64 or int32, not shifted; -100 leaves a place out.</param>
    /// <param name="mask">The shape of the labels, any type; 0 or false leaves a place out.</param>
    /// <param name="vocabulary">What happens when the numbers of classes differ.</param>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or a label is out of range (looked at on the CPU only).</exception>
    public static LogitRows SelectNext(Tensor studentLogits, Tensor teacherLogits, Tensor labels, Tensor? mask, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(teacherLogits);
        LogitShapes.Check(studentLogits, labels, mask);
        return Select(ShiftedLogits.Next(studentLogits), ShiftedLogits.Next(teacherLogits), TokenMask.Next(labels, mask), vocabulary);
    }

    /// <summary>Selects the rows that count for the hard term alone, each label one place after its logits, where there is no teacher.</summary>
    /// <inheritdoc cref="SelectNext(Tensor, Tensor, Tensor, Tensor?, Vocabulary)"/>
    public static LogitRows SelectNext(Tensor studentLogits, Tensor labels, Tensor? mask = null)
    {
        LogitShapes.Check(studentLogits, labels, mask);
        return Select(ShiftedLogits.Next(studentLogits), null, TokenMask.Next(labels, mask), Vocabulary.Same);
    }

    /// <summary>Selects the rows that count. Logits and labels are shifted against each other already, or none of them is.</summary>
    /// <param name="student">The student's logits.</param>
    /// <param name="teacher">The teacher's, of the same shape but for the number of classes, on the same device; null where there is none.</param>
    /// <param name="places">Which places count, and their labels.</param>
    /// <param name="vocabulary">What happens when the numbers of classes differ.</param>
    /// <exception cref="ArgumentException">
    /// Shapes, types or devices do not fit, a label is out of range (looked at on the CPU only), or one of the three is shifted and another is not.
    /// </exception>
    public static LogitRows Select(ShiftedLogits student, ShiftedLogits? teacher, TokenMask places, Vocabulary vocabulary)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(places);
        LogitShapes.Check(student.Values, places.Labels, null);
        LogitShapes.CheckShift(student, teacher, places);

        var (labels, kept) = places.Counted();
        LogitShapes.CheckRange(labels, student.Values.shape[^1]);
        if (teacher is null)
        {
            return new LogitRows(Rows(student.Values), null, labels);
        }

        LogitShapes.CheckTeacher(student.Values, teacher.Values);
        var shared = LogitShapes.SharedClasses(student.Values.shape[^1], teacher.Values.shape[^1], vocabulary);
        return new LogitRows(Rows(student.Values), Rows(teacher.Values.detach().narrow(-1, 0, shared)), labels);

        Tensor Rows(Tensor logits)
        {
            var rows = logits.flatten(0, -2);
            // Left-out rows are not multiplied by zero but not there at all: a NaN in the padding stays in the padding.
            if (kept is not null)
            {
                rows = rows.index_select(0, kept);
            }

            return rows.dtype == ScalarType.Float64 ? rows : rows.to(ScalarType.Float32);
        }
    }

    /// <summary>The hard term: the mean over the rows of -ln p_S(label), in nats, at temperature 1, over all classes of the student.</summary>
    /// <returns>A scalar; 0, with a gradient of 0, when no row counts.</returns>
    public Tensor CrossEntropy() => Mean(nn.functional.cross_entropy(Student, Labels, reduction: nn.Reduction.None));

    /// <summary>ln of the student's softened probabilities, log_softmax(z_S / T), over the shared classes [rows, shared classes].</summary>
    /// <param name="temperature">T, greater than 0.</param>
    public Tensor StudentLogProbabilities(double temperature) => LogProbabilities(SharedStudent, temperature);

    /// <summary>ln of the teacher's softened probabilities, log_softmax(z_T / T), over the shared classes [rows, shared classes].</summary>
    /// <param name="temperature">T, greater than 0.</param>
    public Tensor TeacherLogProbabilities(double temperature) => LogProbabilities(Teacher, temperature);

    /// <summary>The mean of one value a row, over the rows that count.</summary>
    /// <param name="perRow">[rows].</param>
    /// <returns>A scalar; 0, with a gradient of 0, when no row counts.</returns>
    public Tensor Mean(Tensor perRow) => perRow.sum() / Math.Max(1, Count);

    /// <summary>Throws unless a temperature is a positive number.</summary>
    internal static double CheckTemperature(double temperature) => double.IsFinite(temperature) && temperature > 0
        ? temperature
        : throw new ArgumentOutOfRangeException(nameof(temperature), temperature, "The temperature must be a finite number greater than 0.");

    private static Tensor LogProbabilities(Tensor logits, double temperature) =>
        // A logit of -infinity (a class that is switched off) has probability 0; a finite logarithm keeps 0 * ln 0 at 0 instead of NaN.
        (logits / CheckTemperature(temperature)).log_softmax(-1).clamp(min: float.MinValue);
}
