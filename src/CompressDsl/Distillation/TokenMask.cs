using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Which places of a batch count, and under which labels: what a label of -100 and a mask of 0 leave out, put together once. No term takes a mask
/// beside it, so that nothing is left out, or divided by, twice.
/// </summary>
/// <remarks>Its tensors belong to the dispose scope in which it was made.</remarks>
public sealed class TokenMask
{
    private long _count = -1;

    private TokenMask(Tensor labels, bool isShifted)
    {
        Labels = labels;
        IsShifted = isShifted;
    }

    /// <summary>The labels, int64, of the shape of the logits without their classes; -100 where a place does not count.</summary>
    public Tensor Labels { get; }

    /// <summary>Whether each label stands at the place of the logits that foretell it: <see cref="Next"/>.</summary>
    public bool IsShifted { get; }

    /// <summary>How many places count. The first call waits for the device.</summary>
    public long Count
    {
        get
        {
            if (_count < 0)
            {
                using var scope = NewDisposeScope();
                _count = Valid().sum().item<long>();
            }

            return _count;
        }
    }

    /// <summary>Labels that speak of the logits at their own place: classification, masked language models.</summary>
    /// <param name="labels">[batch] or [batch, length], int64 or int32; -100 leaves a place out.</param>
    /// <param name="mask">The shape of the labels, any type; 0 or false leaves a place out.</param>
    /// <exception cref="ArgumentException">The labels are no class numbers, or the mask has another shape.</exception>
    public static TokenMask InPlace(Tensor labels, Tensor? mask = null)
    {
        LogitShapes.CheckLabels(labels, mask);
        return new TokenMask(LeaveOut(labels, mask), isShifted: false);
    }

    /// <summary>Labels that are foretold by the logits one place before them, as causal language models do; here they are shifted.</summary>
    /// <remarks>The first label has no logits and falls out; the last logits have no label. A mask says of its own label that it is left out.</remarks>
    /// <param name="labels">[batch, length], int64 or int32, not shifted, as a rule the input tokens; -100 leaves a place out.</param>
    /// <param name="mask">The shape of the labels, any type; 0 or false leaves a place out.</param>
    /// <exception cref="ArgumentException">The labels are no class numbers, not [batch, length of at least 2], or the mask has another shape.</exception>
    public static TokenMask Next(Tensor labels, Tensor? mask = null)
    {
        LogitShapes.CheckLabels(labels, mask);
        LogitShapes.CheckLabelSequence(labels);
        labels = LeaveOut(labels, mask);

        // Every label one place earlier, and none at the last place: shifting labels spares a copy of the logits.
        using var none = full_like(labels.narrow(1, 0, 1), LogitRows.IgnoredLabel);
        return new TokenMask(cat([labels.narrow(1, 1, labels.shape[1] - 1), none], 1), isShifted: true);
    }

    /// <summary>Whether each place counts: bool, the shape of <see cref="Labels"/>. Owned by the dispose scope around the call.</summary>
    public Tensor Valid() => Labels.ne(LogitRows.IgnoredLabel);

    /// <summary>The labels of the places that count, in one row [places], and which of all places those are; null where all count. Waits for the device.</summary>
    internal (Tensor Labels, Tensor? Kept) Counted()
    {
        var labels = Labels.flatten();
        var kept = Valid().flatten().nonzero().flatten();
        return kept.shape[0] == labels.shape[0] ? (labels, null) : (labels.index_select(0, kept), kept);
    }

    private static Tensor LeaveOut(Tensor labels, Tensor? mask)
    {
        labels = labels.to(ScalarType.Int64);
        return mask is null ? labels : labels.masked_fill(mask.eq(0), LogitRows.IgnoredLabel);
    }
}
