using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What features and masks must look like, what is said when they do not, and how their means are taken.</summary>
internal static class FeatureShapes
{
    /// <summary>A shape as it is said in messages.</summary>
    public static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";

    /// <summary>Half precision becomes float32; float64 stays.</summary>
    public static Tensor Widen(Tensor tensor) => tensor.dtype == ScalarType.Float64 ? tensor : tensor.to(ScalarType.Float32);

    /// <summary>The mean of all elements; 0, with a gradient of 0, when there is none.</summary>
    public static Tensor Mean(Tensor values) => values.sum() / Math.Max(1, values.numel());

    /// <summary>The teacher's side: no gradient, in the student's precision or better.</summary>
    public static Tensor Target(Tensor teacher, Tensor student) => Widen(teacher.detach()).to(Widen(student).dtype);

    /// <summary>Throws unless student and teacher are floating point, on one device, of the same shape up to what may differ.</summary>
    /// <param name="student">The student's side.</param>
    /// <param name="teacher">The teacher's side.</param>
    /// <param name="shape">How they should look, in words.</param>
    /// <param name="fits">Whether their shapes do.</param>
    public static void Check(Tensor student, Tensor teacher, string shape, Func<long[], long[], bool> fits)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        if (!student.is_floating_point() || !teacher.is_floating_point())
        {
            throw new ArgumentException($"The student's side is {student.dtype} and the teacher's {teacher.dtype}; both must be floating point.");
        }

        if (student.device_type != teacher.device_type || student.device_index != teacher.device_index)
        {
            throw new ArgumentException($"The student's side is on {student.device} and the teacher's on {teacher.device}; they must be on one device.");
        }

        if (!fits(student.shape, teacher.shape))
        {
            throw new ArgumentException($"The student's side is {Text(student)} and the teacher's {Text(teacher)}; they must be {shape}.");
        }
    }

    /// <summary>Throws unless a mask, if there is one, has a shape.</summary>
    public static void CheckMask(Tensor? mask, ReadOnlySpan<long> shape, string what)
    {
        if (mask is not null && !mask.shape.AsSpan().SequenceEqual(shape))
        {
            throw new ArgumentException($"The {what} is {Text(mask)}; it must be [{string.Join(", ", shape.ToArray())}], not zero where a place counts.");
        }
    }

    /// <summary>Hidden states [batch, length, width] with 0 at the places that a mask [batch, length] leaves out, whatever stood there.</summary>
    public static Tensor Present(Tensor hidden, Tensor? mask) => mask is null ? hidden : hidden.masked_fill(mask.eq(0).unsqueeze(-1), 0);

    /// <summary>One vector a sample [batch, all the rest], of both sides; the numbers of elements may differ.</summary>
    public static (Tensor Student, Tensor Teacher) Samples(Tensor student, Tensor teacher)
    {
        Check(student, teacher, "[batch, ..], of one batch", static (student, teacher) => student.Length >= 2 && teacher.Length >= 2 && student[0] == teacher[0]);
        return (Widen(student).flatten(1), Target(teacher, student).flatten(1));
    }

    /// <summary>Feature maps [batch, channels, ..] of the same shape, or, where channels may differ, of the same batch and places.</summary>
    public static (Tensor Student, Tensor Teacher) Maps(Tensor student, Tensor teacher, bool sameChannels)
    {
        var channels = sameChannels ? ", the same for both" : "; only channels may differ";
        Check(student, teacher, "feature maps [batch, channels, ..]" + channels, (student, teacher) => student.Length >= 3 && student.Length == teacher.Length
            && student[0] == teacher[0] && (!sameChannels || student[1] == teacher[1]) && student.AsSpan(2).SequenceEqual(teacher.AsSpan(2)));
        return (Widen(student), Target(teacher, student));
    }

    /// <summary>The numbers of the places where a flattened mask is not zero; null where all count.</summary>
    public static Tensor? Kept(Tensor? mask) => mask?.flatten().ne(0).nonzero().flatten();

    /// <summary>The rows that count. Others are not multiplied by zero but not there at all: a NaN in the padding stays in the padding.</summary>
    public static Tensor Select(Tensor rows, Tensor? kept) => kept is null ? rows : rows.index_select(0, kept);
}
