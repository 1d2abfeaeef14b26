using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The terms of one batch's loss, each a scalar in its own units and the mean over the rows that count.</summary>
/// <remarks>
/// It owns its tensors: dispose it, or let the dispose scope do it in which they are. <see cref="Total"/> carries the graph that
/// <c>backward</c> needs.
/// </remarks>
public sealed class DistillationTerms : IDisposable
{
    // Two terms may be one tensor (from labels alone, the total is the hard term); moving that twice would move it two scopes out.
    private readonly HashSet<Tensor> _tensors = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes ownership of the terms.</summary>
    /// <param name="hard">CE(y, p_S), in nats a row.</param>
    /// <param name="soft">T^2 * D(p_T^(T), p_S^(T)); null where there is no teacher.</param>
    /// <param name="total">(1 - Alpha) * hard + Alpha * soft: what is minimised.</param>
    /// <param name="count">How many rows count, at least 0: the weight of this batch among others.</param>
    /// <exception cref="ArgumentException">A term is not a single number, or the count is negative.</exception>
    public DistillationTerms(Tensor hard, Tensor? soft, Tensor total, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Hard = Own(hard, nameof(hard));
        Soft = soft is null ? null : Own(soft, nameof(soft));
        Total = Own(total, nameof(total));
        Count = count;
    }

    /// <summary>The hard term: CE(y, p_S), in nats a row.</summary>
    public Tensor Hard { get; }

    /// <summary>The soft term, T^2 in it already; null where there is no teacher.</summary>
    public Tensor? Soft { get; }

    /// <summary>What is minimised: (1 - Alpha) * Hard + Alpha * Soft.</summary>
    public Tensor Total { get; }

    /// <summary>How many rows (samples, or tokens) the terms are means over.</summary>
    public long Count { get; }

    /// <summary>The terms of learning from the labels alone: Hard, and Total which is the same. No teacher, no soft term.</summary>
    /// <param name="logits">The student's, [batch, classes] or [batch, length, classes].</param>
    /// <param name="labels">[batch] or [batch, length], int64 or int32; -100 leaves a row out.</param>
    /// <param name="mask">The shape of the labels; 0 or false leaves a row out.</param>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or a label is out of range (looked at on the CPU only).</exception>
    public static DistillationTerms FromLabels(Tensor logits, Tensor labels, Tensor? mask = null)
    {
        using var scope = NewDisposeScope();
        return FromRows(LogitRows.Select(logits, labels, mask)).MoveToOuterDisposeScope();
    }

    /// <summary>As <see cref="FromLabels"/>, for a causal language model: the logits at t are held against the label at t + 1.</summary>
    /// <param name="logits">The student's, [batch, length, classes].</param>
    /// <param name="labels">[batch, length], int64 or int32, not shifted; -100 leaves a place out.</param>
    /// <param name="mask">The shape of the labels; 0 or false leaves a place out.</param>
    /// <exception cref="ArgumentException">Shapes, types or devices do not fit, or a label is out of range (looked at on the CPU only).</exception>
    public static DistillationTerms FromNextLabels(Tensor logits, Tensor labels, Tensor? mask = null)
    {
        using var scope = NewDisposeScope();
        return FromRows(LogitRows.SelectNext(logits, labels, mask)).MoveToOuterDisposeScope();
    }

    /// <summary>Moves the terms out of the dispose scope that they are in, into the one around it.</summary>
    /// <returns>This object.</returns>
    public DistillationTerms MoveToOuterDisposeScope()
    {
        foreach (var tensor in _tensors)
        {
            tensor.MoveToOuterDisposeScope();
        }

        return this;
    }

    /// <summary>Takes the terms out of every dispose scope: they live until they are disposed.</summary>
    /// <returns>This object.</returns>
    public DistillationTerms DetachFromDisposeScope()
    {
        foreach (var tensor in _tensors)
        {
            tensor.DetachFromDisposeScope();
        }

        return this;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _tensors)
        {
            tensor.Dispose();
        }
    }

    private static DistillationTerms FromRows(LogitRows rows)
    {
        var hard = rows.CrossEntropy();
        return new DistillationTerms(hard, null, hard, rows.Count);
    }

    private Tensor Own(Tensor term, string name)
    {
        ArgumentNullException.ThrowIfNull(term, name);
        if (term.numel() != 1)
        {
            throw new ArgumentException($"The term is [{string.Join(", ", term.shape)}]; it must be a single number, the mean over the rows.", name);
        }

        _tensors.Add(term);
        return term;
    }
}
