using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Compressed sparse rows: a value costs its own bytes and four for its column. Multiplied by the kernels of this library in float32 and bfloat16 on the CPU,
/// and by libtorch (MKL, cuSPARSE on CUDA) in float64 and elsewhere.
/// </summary>
internal sealed class CsrStorage : CpuStorage
{
    // TorchSharp 0.107.0 binds neither. The sparse tensor shares the memory of its three parts; layout 2 is compressed sparse rows.
    private static readonly Lazy<jit.CompilationUnit> script = new(static () => jit.compile(
        """
        def csr(rows: Tensor, columns: Tensor, values: Tensor, height: int, width: int) -> Tensor:
          return torch.sparse_csr_tensor(rows, columns, values, [height, width], dtype=values.dtype, layout=2, device=values.device)

        def mm(x: Tensor, y: Tensor) -> Tensor:
          return torch.mm(x, y)


        """.ReplaceLineEndings("\n")));

    private readonly Tensor rowOffsets;
    private readonly Tensor columns;
    private readonly Tensor values;
    private readonly bool hasOwnKernels;
    private Tensor? matrix;

    /// <summary>Compresses a dense weight [out, in].</summary>
    /// <exception cref="ArgumentException">A type that nobody multiplies with, or more numbers than 32-bit offsets count.</exception>
    public CsrStorage(Tensor weight)
    {
        var onCpu = weight.device_type == TorchSharp.DeviceType.CPU;
        if (weight.dtype is not (ScalarType.Float32 or ScalarType.Float64) && !(weight.dtype == ScalarType.BFloat16 && onCpu))
        {
            throw new ArgumentException(
                $"The weight is {weight.dtype} on {weight.device}; compressed sparse rows are multiplied in Float32 and Float64, on the CPU in BFloat16 too.",
                nameof(weight));
        }

        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var stored = weight.ne(0);
        var numbers = weight.masked_select(stored);
        if (numbers.numel() > int.MaxValue)
        {
            throw new ArgumentException($"The weight has {numbers.numel()} numbers that are not zero; at most {int.MaxValue} can be counted.", nameof(weight));
        }

        // MKL takes 32-bit indices as they are; libtorch converts 64-bit ones at every product.
        Shape = (checked((int)weight.shape[0]), checked((int)weight.shape[1]));
        rowOffsets = RowOffsets.Of(stored).to(ScalarType.Int32);
        columns = stored.nonzero().select(1, 1).to(ScalarType.Int32).contiguous();
        values = numbers;
        hasOwnKernels = onCpu && weight.dtype != ScalarType.Float64;
        scope.Detach(rowOffsets, columns, values);
    }

    public override SparseKernel Kernel => SparseKernel.Csr;

    public override ScalarType Type => values.dtype;

    public override Device Device => values.device;

    public override (int Rows, int Columns) Shape { get; }

    protected override IReadOnlyList<Tensor> Parts => [rowOffsets, columns, values];

    public override long StoredCount => values.numel();

    public override IReadOnlyList<ProductKernel> Kernels => hasOwnKernels ? [ProductKernel.Walk, ProductKernel.Tile] : [ProductKernel.Library];

    public override Tensor Linear(Tensor input, Tensor? bias, FusedActivation activation, ProductKernel kernel)
    {
        if (kernel != ProductKernel.Library)
        {
            return base.Linear(input, bias, activation, kernel);
        }

        // Once, and outside of the scope: it shares the memory of its parts.
        matrix ??= ((Tensor)script.Value.invoke("csr", rowOffsets, columns, values, Shape.Rows, Shape.Columns)).DetachFromDisposeScope();
        using var scope = NewDisposeScope();
        var product = (Tensor)script.Value.invoke("mm", matrix, input.t());
        if (bias is not null)
        {
            product.add_(bias.unsqueeze(1));
        }

        return activation.Of(product.t().contiguous()).MoveToOuterDisposeScope();
    }

    public override CompressedWeight ToCompressed()
    {
        var offsets = rowOffsets.cpu().to(ScalarType.Int64);
        return new(CompressedFormat.SparseBitmask, Shape, values.cpu(), BitRows.Pack(offsets, columns.cpu(), Shape.Columns), offsets.narrow(0, 0, Shape.Rows));
    }

    public override void Dispose()
    {
        matrix?.Dispose();
        base.Dispose();
    }

    protected override unsafe void Run<TValue>(TValue* x, int count, in ProductOutput<TValue> output, ProductKernel kernel, int threads)
    {
        var rows = new CsrRows<TValue>(
            Shape.Rows, Shape.Columns, CpuTensor.Address<TValue>(values), CpuTensor.Address<int>(columns), CpuTensor.Address<int>(rowOffsets));
        SparseProduct.Run<CsrRows<TValue>, TValue>(rows, x, count, output, kernel, threads);
    }
}
