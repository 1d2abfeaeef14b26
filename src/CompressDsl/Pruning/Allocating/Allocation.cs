namespace CompressDsl;

/// <summary>How a sparsity is shared out among the layers of a model.</summary>
public abstract record Allocation
{
    private protected Allocation()
    {
    }

    /// <summary>Every layer loses what its rule says.</summary>
    public static Allocation Uniform { get; } = new UniformAllocation();

    /// <summary>
    /// All layers are ranked together, by |weight| * norm of its input for criteria that look at inputs, by the criterion's own scores for the others;
    /// then each is pruned by its criterion to the share that the ranking gave it. Nothing keeps a ranking from giving nearly all of a layer away.
    /// </summary>
    public static Allocation Global { get; } = new GlobalAllocation();

    /// <summary>
    /// Outlier-weighed layerwise sparsity: blocks with more outliers among |weight| * norm of its input keep more.
    /// Paper: Yin et al., Outlier Weighed Layerwise Sparsity (OWL), arXiv 2310.05175.
    /// </summary>
    /// <param name="m">An outlier is above this many times the mean, greater than 1.</param>
    /// <param name="lambda">Sparsities stay within this of their mean, in (0, 0.5).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value outside its range.</exception>
    public static Allocation Owl(double m = 5, double lambda = 0.08)
    {
        if (!(m > 1 && double.IsFinite(m)))
        {
            throw new ArgumentOutOfRangeException(nameof(m), m, "An outlier is above m times the mean: m is greater than 1, for example 5.");
        }

        return lambda is > 0 and < 0.5
            ? new OwlAllocation(m, lambda)
            : throw new ArgumentOutOfRangeException(nameof(lambda), lambda, "Sparsities stay within lambda of their mean: greater than 0 and less than 0.5, for example 0.08.");
    }

    /// <summary>A sparsity of its own for every named weight; what is not named keeps its rule.</summary>
    /// <param name="sparsities">The fraction removed, in [0, 1), by path in the state dictionary. 0 leaves a weight alone.</param>
    public static Allocation PerWeight(IReadOnlyDictionary<string, double> sparsities) => new GivenAllocation(sparsities);
}

internal sealed record UniformAllocation : Allocation;

internal sealed record GlobalAllocation : Allocation;

internal sealed record OwlAllocation(double M, double Lambda) : Allocation;

internal sealed record GivenAllocation(IReadOnlyDictionary<string, double> Sparsities) : Allocation;
