using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A weight [out, in] in the layout that one sparse kernel multiplies with. It does not change; it owns its tensors.</summary>
internal abstract class SparseStorage : IDisposable
{
    /// <summary>Which kernel it is for.</summary>
    public abstract SparseKernel Kernel { get; }

    /// <summary>The memory it takes.</summary>
    public abstract long Bytes { get; }

    /// <summary>How many numbers it stores.</summary>
    public abstract long StoredCount { get; }

    /// <summary>The one place that chooses: the storage of <paramref name="kernel"/>.</summary>
    /// <param name="weight">[out, in]; it is read, not kept.</param>
    /// <param name="kernel">Which kernel.</param>
    /// <exception cref="ArgumentException">That kernel has no storage of its own, or does not know the type of the weight.</exception>
    public static SparseStorage Compress(Tensor weight, SparseKernel kernel) => kernel switch
    {
        SparseKernel.Csr => new CsrStorage(weight),
        _ => throw new ArgumentException(
            $"The kernel {kernel} has no compact storage; {nameof(SparseKernel)}.{nameof(SparseKernel.Csr)} has.", nameof(kernel)),
    };

    /// <summary>input W^T + bias; gradients reach the input and the bias.</summary>
    /// <param name="input">[rows, in].</param>
    /// <param name="bias">[out], or null.</param>
    /// <returns>[rows, out], contiguous.</returns>
    public abstract Tensor Linear(Tensor input, Tensor? bias);

    /// <summary>The weight [out, in] as it was, bit for bit.</summary>
    public abstract Tensor ToDense();

    /// <inheritdoc/>
    public abstract void Dispose();
}
