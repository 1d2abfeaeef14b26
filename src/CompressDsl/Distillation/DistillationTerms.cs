using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The terms of one batch's loss, each a scalar in its own units and a mean over what counts:
/// Total = (1 - Alpha) * Hard + Alpha * Soft + the sum of Weight * Value over the features.
/// </summary>
/// <remarks>
/// It owns its tensors: dispose it, or let the dispose scope do it in which they are. <see cref="Total"/> carries the graph that
/// <c>backward</c> needs.
/// </remarks>
public class DistillationTerms : IDisposable
{
    // Two terms may be one tensor (from labels alone, the total is the hard term); moving that twice would move it two scopes out.
    private readonly HashSet<Tensor> _tensors = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes ownership of the terms, and adds them up.</summary>
    /// <param name="hard">CE(y, p_S), in nats a row.</param>
    /// <param name="soft">T^2 * D(p_T^(T), p_S^(T)); null where there is no teacher.</param>
    /// <param name="alpha">The weight of the soft term, in [0, 1]; not read where there is none.</param>
    /// <param name="count">How many rows count, at least 0: the weight of this batch among others.</param>
    /// <param name="features">The terms of what is matched inside the two; null for none.</param>
    /// <param name="featureCount">How many places the features are means over, at least 0.</param>
    /// <exception cref="ArgumentException">A term is not a single number, a weight is negative, alpha is outside [0, 1], or a count is negative.</exception>
    public DistillationTerms(
        Tensor hard, Tensor? soft, double alpha, long count, IReadOnlyList<DistillationTerm>? features = null, long featureCount = 0)
        : this(hard, soft, alpha, soft is null ? hard : ((1 - alpha) * hard) + (alpha * soft), count, features, featureCount)
    {
    }

    /// <summary>
    /// Takes ownership of the terms where (1 - Alpha) * Hard + Alpha * Soft is there already, and it alone carries the graph: what a fused
    /// loss gives.
    /// </summary>
    /// <inheritdoc cref="DistillationTerms(Tensor, Tensor?, double, long, IReadOnlyList{DistillationTerm}?, long)"/>
    /// <param name="hard">CE(y, p_S), in nats a row.</param>
    /// <param name="soft">T^2 * D(p_T^(T), p_S^(T)); null where there is no teacher.</param>
    /// <param name="alpha">The weight of the soft term, in [0, 1]; not read where there is none.</param>
    /// <param name="objective">(1 - Alpha) * Hard + Alpha * Soft.</param>
    /// <param name="count">How many rows count, at least 0: the weight of this batch among others.</param>
    /// <param name="features">The terms of what is matched inside the two; null for none.</param>
    /// <param name="featureCount">How many places the features are means over, at least 0.</param>
    public DistillationTerms(
        Tensor hard,
        Tensor? soft,
        double alpha,
        Tensor objective,
        long count,
        IReadOnlyList<DistillationTerm>? features = null,
        long featureCount = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfNegative(featureCount);
        if (soft is not null && !(alpha >= 0 && alpha <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "Alpha, the weight of the soft term, must be in [0, 1].");
        }

        Hard = Own(hard, nameof(hard));
        Soft = soft is null ? null : Own(soft, nameof(soft));
        Alpha = soft is null ? 0 : alpha;
        Objective = Own(objective, nameof(objective));
        Count = count;
        Features = features ?? [];
        FeatureCount = featureCount;
        Matched = Features.Count == 0 ? null : Own(AddUp(Features), nameof(features));
        Total = Matched is null ? Objective : Own(Objective + Matched, nameof(objective));
    }

    /// <summary>The hard term: CE(y, p_S), in nats a row.</summary>
    public Tensor Hard { get; }

    /// <summary>The soft term, T^2 in it already; null where there is no teacher.</summary>
    public Tensor? Soft { get; }

    /// <summary>The terms of what is matched inside the two, by name.</summary>
    public IReadOnlyList<DistillationTerm> Features { get; }

    /// <summary>What is minimised: (1 - Alpha) * Hard + Alpha * Soft + the sum of Weight * Value over <see cref="Features"/>.</summary>
    public Tensor Total { get; }

    /// <summary>The weight of the soft term, in [0, 1]; 0 where there is none.</summary>
    public double Alpha { get; }

    /// <summary>How many rows (samples, or tokens) hard and soft are means over.</summary>
    public long Count { get; }

    /// <summary>How many places (tokens) the features are means over.</summary>
    public long FeatureCount { get; }

    /// <summary>Every term by name: <c>Hard</c>, <c>Soft</c> where there is one, then the features.</summary>
    public IEnumerable<DistillationTerm> Terms
    {
        get
        {
            yield return new DistillationTerm(nameof(Hard), Hard, 1 - Alpha);
            if (Soft is not null)
            {
                yield return new DistillationTerm(nameof(Soft), Soft, Alpha);
            }

            foreach (var feature in Features)
            {
                yield return feature;
            }
        }
    }

    /// <summary>(1 - Alpha) * Hard + Alpha * Soft: the part of the total that is a mean over <see cref="Count"/> rows.</summary>
    internal Tensor Objective { get; }

    /// <summary>The weighted sum of the features, the part that is a mean over <see cref="FeatureCount"/> places; null where there are none.</summary>
    internal Tensor? Matched { get; }

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

        GC.SuppressFinalize(this);
    }

    private static DistillationTerms FromRows(LogitRows rows) => new(rows.CrossEntropy(), null, 0, rows.Count);

    private Tensor AddUp(IReadOnlyList<DistillationTerm> features)
    {
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        foreach (var (name, value, weight) in features)
        {
            if (!(double.IsFinite(weight) && weight >= 0))
            {
                throw new ArgumentOutOfRangeException(nameof(features), weight, $"The weight of '{name}' must be a finite number, at least 0.");
            }

            var weighted = weight * Own(value, name);
            sum = sum is null ? weighted : sum + weighted;
        }

        return sum!.MoveToOuterDisposeScope();
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
