using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What logits, labels and masks must look like, and what is said when they do not.</summary>
internal static class LogitShapes
{
    public static void Check(Tensor logits, Tensor labels, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(logits);
        ArgumentNullException.ThrowIfNull(labels);

        if (logits.dim() is not (2 or 3) || logits.shape[^1] < 1)
        {
            throw new ArgumentException($"The student's logits are {Text(logits)}; they must be [batch, classes] or [batch, length, classes].");
        }

        CheckFloat(logits, "student");

        if (!labels.shape.AsSpan().SequenceEqual(logits.shape.AsSpan()[..^1]))
        {
            throw new ArgumentException($"The labels are {Text(labels)}; for logits {Text(logits)} they must be {Text(logits.shape[..^1])}.");
        }

        CheckDevice(labels, logits, "labels");
        CheckLabels(labels, mask);
    }

    public static void CheckLabels(Tensor labels, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (labels.dtype is not (ScalarType.Int64 or ScalarType.Int32))
        {
            throw new ArgumentException($"The labels are {labels.dtype}; they must be Int64 (or Int32) class numbers.");
        }

        if (mask is null)
        {
            return;
        }

        if (!mask.shape.AsSpan().SequenceEqual(labels.shape))
        {
            throw new ArgumentException($"The mask is {Text(mask)}; it must have the shape of the labels, {Text(labels)}.");
        }

        if (mask.device_type != labels.device_type || mask.device_index != labels.device_index)
        {
            throw new ArgumentException($"The mask is on {mask.device} and the labels on {labels.device}; they must be on one device.");
        }
    }

    /// <summary>Logits that speak of the next place: there has to be one.</summary>
    public static void CheckLogitSequence(Tensor logits)
    {
        if (logits.dim() != 3 || logits.shape[1] < 2)
        {
            throw new ArgumentException(
                $"The logits are {Text(logits)}; to speak of the next token they must be [batch, length of at least 2, classes].");
        }
    }

    /// <summary>Labels that the place before them speaks of: there has to be one.</summary>
    public static void CheckLabelSequence(Tensor labels)
    {
        if (labels.dim() != 2 || labels.shape[1] < 2)
        {
            throw new ArgumentException(
                $"The labels are {Text(labels)}; to be foretold by the place before them they must be [batch, length of at least 2].");
        }
    }

    public static void CheckShift(ShiftedLogits student, ShiftedLogits? teacher, TokenMask places)
    {
        if (student.IsShifted != places.IsShifted || (teacher is not null && teacher.IsShifted != places.IsShifted))
        {
            throw new ArgumentException(
                $"The student's logits speak of {Whose(student.IsShifted)}, " +
                (teacher is null ? "" : $"the teacher's of {Whose(teacher.IsShifted)}, ") +
                $"and the labels are for {Whose(places.IsShifted)}: make all of them with InPlace, or all with Next.");
        }

        static string Whose(bool isShifted) => isShifted ? "the next place" : "their own place";
    }

    public static void CheckTeacher(Tensor student, Tensor teacher)
    {
        CheckFloat(teacher, "teacher");
        if (teacher.dim() != student.dim() || !teacher.shape.AsSpan()[..^1].SequenceEqual(student.shape.AsSpan()[..^1]))
        {
            throw new ArgumentException(
                $"The teacher's logits are {Text(teacher)} and the student's {Text(student)}; only the number of classes may differ.");
        }

        CheckDevice(teacher, student, "teacher's logits");
    }

    public static long SharedClasses(long student, long teacher, Vocabulary vocabulary) => vocabulary switch
    {
        Vocabulary.Truncate => Math.Min(student, teacher),
        Vocabulary.Same when student == teacher => student,
        Vocabulary.Same => throw new ArgumentException(
            $"CDSL5006: the student's logits cover {student} classes and the teacher's {teacher}; the soft term compares them class by class. " +
            $"Give both the same classes, or, where only the padding at the end differs, write Vocabulary = Vocabulary.Truncate in [DistillFrom]: " +
            $"the first {Math.Min(student, teacher)} are compared then."),
        _ => throw new ArgumentOutOfRangeException(nameof(vocabulary), vocabulary, "There is no such policy."),
    };

    public static void CheckRange(Tensor labels, long classes)
    {
        // On an accelerator this would wait for the device in every step; there the lookup itself asserts.
        if (labels.device_type != DeviceType.CPU || labels.shape[0] == 0)
        {
            return;
        }

        var (least, greatest) = (labels.min().ToInt64(), labels.max().ToInt64());
        if (least < 0 || greatest >= classes)
        {
            throw new ArgumentException(
                $"A label is {(least < 0 ? least : greatest)}; the student has {classes} classes, so a label must be in [0, {classes}), " +
                $"or {LogitRows.IgnoredLabel} to leave its row out.");
        }
    }

    private static void CheckFloat(Tensor logits, string whose)
    {
        if (!logits.is_floating_point())
        {
            throw new ArgumentException($"The {whose}'s logits are {logits.dtype}; they must be floating point.");
        }
    }

    private static void CheckDevice(Tensor tensor, Tensor logits, string what)
    {
        if (tensor.device_type != logits.device_type || tensor.device_index != logits.device_index)
        {
            throw new ArgumentException(
                $"The {what} are on {tensor.device} and the student's logits on {logits.device}; they must be on one device.");
        }
    }

    private static string Text(Tensor tensor) => Text(tensor.shape);

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
