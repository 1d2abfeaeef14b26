using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Which rows count, found from labels and mask alone, before there are any logits.</summary>
/// <remarks>Rows that do not count are left out as in <see cref="LogitRows"/>: not multiplied by zero, but not there.</remarks>
internal sealed class LabelledRows
{
    private LabelledRows(Tensor labels, Tensor? kept) => (Labels, Kept) = (labels, kept);

    /// <summary>The labels of the rows that count, int64 [rows].</summary>
    public Tensor Labels { get; }

    /// <summary>The numbers of the rows that count, int64 [rows]; null where all do.</summary>
    public Tensor? Kept { get; }

    /// <summary>How many rows count.</summary>
    public long Count => Labels.shape[0];

    /// <summary>Finds them.</summary>
    /// <param name="hidden">[batch, width] or [batch, length, width].</param>
    /// <param name="labels">[batch] or [batch, length], int64 or int32; -100 leaves a row out.</param>
    /// <param name="mask">The shape of the labels; 0 or false leaves a row out.</param>
    /// <param name="next">Whether hidden states at t speak of the label at t + 1.</param>
    /// <param name="classes">How many classes the student has.</param>
    public static LabelledRows Of(Tensor hidden, Tensor labels, Tensor? mask, bool next, long classes)
    {
        Check(hidden, labels, mask, next);
        var (counted, kept) = (next ? TokenMask.Next(labels, mask) : TokenMask.InPlace(labels, mask)).Counted();
        LogitShapes.CheckRange(counted, classes);
        return new LabelledRows(counted, kept);
    }

    /// <summary>The rows that count of hidden states [.., width], as [rows, width], with their graph.</summary>
    public Tensor Select(Tensor hidden)
    {
        var rows = hidden.flatten(0, -2);
        return Kept is null ? rows : rows.index_select(0, Kept);
    }

    private static void Check(Tensor hidden, Tensor labels, Tensor? mask, bool next)
    {
        ArgumentNullException.ThrowIfNull(labels);
        VocabularyHead.Require(
            !next || (hidden.dim() == 3 && hidden.shape[1] >= 2),
            $"The student's hidden states are {VocabularyHead.Text(hidden)}; to speak of the next token they must be [batch, length of at least 2, width].");
        VocabularyHead.Require(
            labels.shape.AsSpan().SequenceEqual(hidden.shape.AsSpan()[..^1]),
            $"The labels are {VocabularyHead.Text(labels)}; for hidden states {VocabularyHead.Text(hidden)} they must be [{string.Join(", ", hidden.shape[..^1])}].");
        VocabularyHead.Require(
            labels.dtype is ScalarType.Int64 or ScalarType.Int32, $"The labels are {labels.dtype}; they must be Int64 (or Int32) class numbers.");
        CheckDevice(labels, "labels");
        if (mask is not null)
        {
            VocabularyHead.Require(
                mask.shape.AsSpan().SequenceEqual(labels.shape),
                $"The mask is {VocabularyHead.Text(mask)}; it must have the shape of the labels, {VocabularyHead.Text(labels)}.");
            CheckDevice(mask, "mask");
        }

        void CheckDevice(Tensor tensor, string what) => VocabularyHead.Require(
            VocabularyHead.SameDevice(tensor, hidden),
            $"The {what} are on {tensor.device} and the student's hidden states on {hidden.device}; they must be on one device.");
    }
}
