using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>2:4 on CUDA, multiplied by the sparse tensor cores through cuSPARSELt, as libtorch has it.</summary>
/// <remarks>Paper: Mishra et al., Accelerating Sparse Deep Neural Networks, arXiv 2104.08378.</remarks>
internal sealed class CudaSemiStructuredStorage : SparseStorage
{
    // cuSPARSELt's own, for 16-bit types.
    private const int Multiple = 16;

    // How many columns the other factor has to be a multiple of.
    private const int InputMultiple = 8;

    // TorchSharp 0.107.0 binds neither.
    private static readonly Lazy<jit.CompilationUnit> script = new(static () => jit.compile(
        """
        def compress(x: Tensor) -> Tensor:
          return torch._cslt_compress(x)

        def mm(x: Tensor, y: Tensor) -> Tensor:
          return torch._cslt_sparse_mm(x, y)


        """.ReplaceLineEndings("\n")));

    private readonly Tensor packed;

    /// <summary>Compresses a dense weight [out, in] on CUDA.</summary>
    /// <exception cref="ArgumentException"><see cref="WhyNot"/>, a group of four with more than two numbers, or a number that is not finite.</exception>
    public CudaSemiStructuredStorage(Tensor weight)
    {
        if (WhyNot(weight) is { } reason)
        {
            throw new ArgumentException(reason, nameof(weight));
        }

        if (!weight.isfinite().all().item<bool>())
        {
            throw new ArgumentException("The weight has NaN or infinities, which do not come back from cuSPARSELt's format.", nameof(weight));
        }

        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();

        // Refuses other patterns, which cuSPARSELt would not.
        CompressedWeight.Compress(weight, CompressedFormat.Sparse24Bitmask);
        Shape = (checked((int)weight.shape[0]), checked((int)weight.shape[1]));
        Type = weight.dtype;
        packed = Invoke("compress", weight.detach().contiguous()).DetachFromDisposeScope();
    }

    public override SparseKernel Kernel => SparseKernel.SemiStructured;

    public override ScalarType Type { get; }

    public override Device Device => packed.device;

    public override long Bytes => packed.numel() * packed.element_size();

    public override long StoredCount => (long)Shape.Rows * Shape.Columns / 2;

    public override (int Rows, int Columns) Shape { get; }

    public override IReadOnlyList<ProductKernel> Kernels => [ProductKernel.Library];

    /// <summary>Why the sparse tensor cores cannot multiply with a weight; null where they can.</summary>
    public static string? WhyNot(Tensor weight)
    {
        var (rows, columns) = (weight.shape[0], weight.shape[1]);
        return weight.dtype is not (ScalarType.Float16 or ScalarType.BFloat16)
            ? $"The weight is {weight.dtype}; sparse tensor cores multiply in Float16 and BFloat16 here."
            : rows % Multiple != 0 || columns % Multiple != 0
                ? $"The weight is [{rows}, {columns}]; sparse tensor cores need multiples of {Multiple}."
                : null;
    }

    public override Tensor Linear(Tensor input, Tensor? bias, FusedActivation activation, ProductKernel kernel)
    {
        using var scope = NewDisposeScope();
        var count = input.shape[0];
        var missing = (InputMultiple - (count % InputMultiple)) % InputMultiple;
        var padded = missing == 0 ? input : cat([input, zeros([missing, input.shape[1]], dtype: input.dtype, device: input.device)]);
        var product = Invoke("mm", packed, padded.contiguous().t()).t().narrow(0, 0, count);
        return activation.Of(bias is null ? product : product.add(bias)).contiguous().MoveToOuterDisposeScope();
    }

    public override CompressedWeight ToCompressed()
    {
        using var gradientsOff = no_grad();

        // Times one: the format is cuSPARSELt's secret. A sum of one number and zeros is exact.
        using var dense = Invoke("mm", packed, eye(Shape.Columns, dtype: Type, device: packed.device));
        return CompressedWeight.Compress(dense, CompressedFormat.Sparse24Bitmask);
    }

    public override void Dispose() => packed.Dispose();

    private static Tensor Invoke(string function, params object[] arguments) => (Tensor)script.Value.invoke(function, arguments);
}
