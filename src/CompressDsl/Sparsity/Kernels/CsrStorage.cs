using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Compressed sparse rows, multiplied by libtorch (MKL on the CPU, cuSPARSE on CUDA).</summary>
/// <remarks>
/// A value costs its own bytes and four for its column, so float32 takes less memory than dense only above half zeros. The product gains time only
/// where few weights are left, in the order of one in twenty: measure.
/// </remarks>
internal sealed class CsrStorage : SparseStorage
{
    // TorchSharp 0.107.0 binds neither. The sparse tensor shares the memory of its three parts; layout 2 is compressed sparse rows.
    private static readonly Lazy<jit.CompilationUnit> script = new(static () => jit.compile(
        """
        def csr(rows: Tensor, columns: Tensor, values: Tensor, height: int, width: int) -> Tensor:
          return torch.sparse_csr_tensor(rows, columns, values, [height, width], dtype=values.dtype, layout=2, device=values.device)

        def mm(x: Tensor, y: Tensor) -> Tensor:
          return torch.mm(x, y)


        """.ReplaceLineEndings("\n")));

    private readonly long height;
    private readonly long width;
    private readonly Tensor rowOffsets;
    private readonly Tensor columns;
    private readonly Tensor values;
    private readonly Tensor matrix;

    /// <summary>Compresses a dense weight [out, in] of type float32 or float64.</summary>
    public CsrStorage(Tensor weight)
    {
        if (weight.dtype is not (ScalarType.Float32 or ScalarType.Float64))
        {
            throw new ArgumentException($"libtorch multiplies compressed sparse rows in Float32 and Float64, not in {weight.dtype}.", nameof(weight));
        }

        (height, width) = (weight.shape[0], weight.shape[1]);
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();

        // A negative zero is stored like a number, so that the dense weight comes back bit for bit.
        var stored = weight.ne(0) | weight.signbit();
        var counts = stored.sum(1);
        var offsets = cat([zeros(1, dtype: ScalarType.Int64, device: weight.device), counts.cumsum(0)]);
        values = weight.masked_select(stored);

        // MKL takes 32-bit indices as they are; libtorch converts 64-bit ones at every product.
        var index = values.numel() <= int.MaxValue ? ScalarType.Int32 : ScalarType.Int64;
        rowOffsets = offsets.to(index);
        columns = stored.nonzero().select(1, 1).to(index).contiguous();
        matrix = (Tensor)script.Value.invoke("csr", rowOffsets, columns, values, checked((int)height), checked((int)width));
        scope.Detach(rowOffsets, columns, values, matrix);
    }

    public override SparseKernel Kernel => SparseKernel.Csr;

    public override long Bytes => new[] { rowOffsets, columns, values }.Sum(static part => part.numel() * part.element_size());

    public override long StoredCount => values.numel();

    public override Tensor Linear(Tensor input, Tensor? bias)
    {
        using var scope = NewDisposeScope();
        var product = (Tensor)script.Value.invoke("mm", matrix, input.t());
        if (bias is not null)
        {
            product.add_(bias.unsqueeze(1));
        }

        return product.t().contiguous().MoveToOuterDisposeScope();
    }

    public override Tensor ToDense()
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var counts = rowOffsets.to(ScalarType.Int64).diff();
        var rows = arange(height, dtype: ScalarType.Int64, device: values.device).repeat_interleave(counts);
        return zeros(height * width, dtype: values.dtype, device: values.device)
            .scatter_(0, rows.mul(width).add(columns), values)
            .view(height, width)
            .MoveToOuterDisposeScope();
    }

    public override void Dispose()
    {
        matrix.Dispose();
        values.Dispose();
        columns.Dispose();
        rowOffsets.Dispose();
    }
}
