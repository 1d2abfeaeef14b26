using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The second moments of the inputs of one layer: H = (2 / samples) * sum of x xᵀ over all of its input rows x. That is the Hessian of the squared
/// error of each of the layer's outputs.
/// </summary>
/// <remarks>
/// One matrix of columns² float32 numbers, whatever is done with it. Lives until it is disposed: dispose scopes let it alone. Paper: Frantar and
/// Alistarh, SparseGPT, arXiv 2301.00774; samples are counted as its code does, in sequences and not in tokens.
/// </remarks>
internal sealed class Hessian : IDisposable
{
    // Only blocks on and below the diagonal are multiplied: at eight block rows 9/16 of the work of the whole product.
    private const int BlockRows = 8;
    private const long SmallestBlock = 256;

    // What is done to the finished matrix needs room for a few blocks of this size.
    private const long WorkBlock = 128;

    private readonly Tensor matrix;
    private bool isFinished;

    /// <summary>Starts at zero.</summary>
    /// <param name="columns">How many inputs the layer has, at least 1.</param>
    /// <param name="device">Where the inputs are.</param>
    public Hessian(long columns, Device device)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        Columns = columns;
        matrix = zeros([columns, columns], ScalarType.Float32, device).DetachFromDisposeScope();
    }

    /// <summary>How many inputs the layer has.</summary>
    public long Columns { get; }

    /// <summary>How many sequences were added.</summary>
    public long Samples { get; private set; }

    /// <summary>float32 [columns, columns], symmetric to the bit. Owned by this object; after it was read, nothing can be added.</summary>
    /// <exception cref="InvalidOperationException">Nothing was added.</exception>
    public Tensor Matrix
    {
        get
        {
            Finish();
            return matrix;
        }
    }

    /// <summary>Adds the rows of one batch.</summary>
    /// <param name="rows">[tokens, columns], of any floating-point type; the sums are float32.</param>
    /// <param name="samples">How many sequences they are, at least 1.</param>
    /// <exception cref="ArgumentException">The rows have another shape.</exception>
    /// <exception cref="InvalidOperationException"><see cref="Matrix"/> was read already.</exception>
    public void Add(Tensor rows, long samples)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(samples, 1);
        ThrowIfFinished();
        if (rows.dim() != 2 || rows.shape[1] != Columns)
        {
            throw new ArgumentException($"The inputs have shape [{string.Join(", ", rows.shape)}]; [tokens, {Columns}] is needed.", nameof(rows));
        }

        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        rows = rows.to(ScalarType.Float32);
        foreach (var (first, count) in Blocks(Math.Max(SmallestBlock, (Columns + BlockRows - 1) / BlockRows)))
        {
            matrix.narrow(0, first, count).narrow(1, 0, first + count).addmm_(rows.narrow(1, first, count).t(), rows.narrow(1, 0, first + count));
        }

        Samples += samples;
    }

    /// <summary>Adds up the rows and samples of all workers.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Matrix"/> was read already.</exception>
    public void Sum(IWorkers workers)
    {
        ThrowIfFinished();
        workers.Sum(matrix);
        Samples = workers.Sum(Samples);
    }

    /// <summary>How much of the layer's output is lost: ||X(W - W')||² / ||XW||², computed from the matrix; 0 where the layer puts out nothing.</summary>
    /// <param name="dense">W, [rows, columns], of any floating-point type.</param>
    /// <param name="pruned">W', the same shape.</param>
    public double RelativeError(Tensor dense, Tensor pruned)
    {
        using var gradientsOff = no_grad();
        var (lost, all) = (0.0, 0.0);
        for (long first = 0; first < dense.shape[0]; first += WorkBlock)
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(WorkBlock, dense.shape[0] - first);
            var rows = dense.narrow(0, first, count).to(ScalarType.Float32);
            all += Energy(rows);
            lost += Energy(rows - pruned.narrow(0, first, count).to(ScalarType.Float32));
        }

        return all > 0 ? lost / all : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => matrix.Dispose();

    /// <summary>Writes what stands below the diagonal above it too.</summary>
    internal void Mirror()
    {
        foreach (var (first, count) in Blocks(WorkBlock))
        {
            using var scope = NewDisposeScope();
            var blockRow = matrix.narrow(0, first, count);
            matrix.narrow(0, 0, first).narrow(1, first, count).copy_(blockRow.narrow(1, 0, first).t());
            var square = blockRow.narrow(1, first, count);
            square.copy_(square.tril() + square.tril(-1).t());
        }
    }

    // A sum of squares, which rounding may take below zero.
    private double Energy(Tensor rows) => Math.Max(0, rows.mm(Matrix).mul_(rows).sum(ScalarType.Float64).item<double>());

    private void Finish()
    {
        if (isFinished)
        {
            return;
        }

        if (Samples == 0)
        {
            throw new InvalidOperationException("The Hessian has no samples; add the inputs of at least one batch.");
        }

        using var gradientsOff = no_grad();
        matrix.mul_(2.0 / Samples);
        Mirror();
        isFinished = true;
    }

    private void ThrowIfFinished()
    {
        if (isFinished)
        {
            throw new InvalidOperationException("The Hessian was read already; nothing can be added to it.");
        }
    }

    private IEnumerable<(long First, long Count)> Blocks(long size)
    {
        for (long first = 0; first < Columns; first += size)
        {
            yield return (first, Math.Min(size, Columns - first));
        }
    }
}
