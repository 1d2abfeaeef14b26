using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How large the inputs of one layer are, column by column: what Wanda and OWL weigh a weight with.
/// </summary>
/// <remarks>
/// Two vectors of float64 sums. Lives until it is disposed: dispose scopes let it alone. Papers: Sun et al., Wanda, arXiv 2306.11695; Yin et al., OWL,
/// arXiv 2310.05175; both as their code computes it.
/// </remarks>
internal sealed class ActivationNorms : IDisposable
{
    // The published code divides by this many samples, whatever their number. A constant factor changes no share of outliers.
    private const double OwlSamples = 128;

    private readonly Tensor squares;
    private readonly Tensor roots;

    /// <summary>Starts at zero.</summary>
    /// <param name="columns">How many inputs the layer has, at least 1.</param>
    /// <param name="device">Where the inputs are.</param>
    public ActivationNorms(long columns, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        squares = zeros([columns], ScalarType.Float64, device).DetachFromDisposeScope();
        roots = zeros([columns], ScalarType.Float64, device).DetachFromDisposeScope();
    }

    /// <summary>How many sequences were added.</summary>
    public long Samples { get; private set; }

    /// <summary>
    /// Wanda's <c>scaler_row</c>: the sum over all tokens of x², divided by the number of SEQUENCES. float32 [columns], a new tensor.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public Tensor MeanSquares => Read(squares, Samples);

    /// <summary>
    /// OWL's activation norm: the root of the sum of x² over all tokens of a batch, summed over the batches, divided by 128. float32 [columns], a new
    /// tensor.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public Tensor SumOfRoots => Read(roots, OwlSamples);

    /// <summary>Adds the rows of one batch.</summary>
    /// <param name="rows">[tokens, columns], of any floating-point type.</param>
    /// <param name="samples">How many sequences they are, at least 1.</param>
    /// <exception cref="ArgumentException">The rows have another shape.</exception>
    public void Add(Tensor rows, long samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        if (rows.dim() != 2 || rows.shape[1] != squares.shape[0])
        {
            throw new ArgumentException($"The inputs have shape [{string.Join(", ", rows.shape)}]; [tokens, {squares.shape[0]}] is needed.", nameof(rows));
        }

        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var sum = rows.to(ScalarType.Float64).square().sum(dim: 0);
        squares.add_(sum);
        roots.add_(sum.sqrt());
        Samples += samples;
    }

    /// <summary>Adds up what all workers have seen.</summary>
    public void Sum(IWorkers workers)
    {
        workers.Sum(squares);
        workers.Sum(roots);
        Samples = workers.Sum(Samples);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        squares.Dispose();
        roots.Dispose();
    }

    private Tensor Read(Tensor sum, double divisor)
    {
        if (Samples == 0)
        {
            throw new InvalidOperationException("The activation norms have no samples; add the inputs of at least one batch.");
        }

        using var scope = NewDisposeScope();
        return sum.div(divisor).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }
}
