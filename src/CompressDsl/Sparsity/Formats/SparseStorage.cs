using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A weight [out, in] in the layout that sparse kernels multiply with. It does not change; it owns its tensors.</summary>
/// <remarks>Zeros of either sign are zeros: they are not stored, and come back as +0. All other numbers come back bit for bit.</remarks>
internal abstract class SparseStorage : IDisposable
{
    /// <summary>Which kernel it is for.</summary>
    public abstract SparseKernel Kernel { get; }

    /// <summary>The type of the weight.</summary>
    public abstract ScalarType Type { get; }

    /// <summary>Where it is.</summary>
    public abstract Device Device { get; }

    /// <summary>The memory it takes.</summary>
    public abstract long Bytes { get; }

    /// <summary>How many numbers it stores.</summary>
    public abstract long StoredCount { get; }

    /// <summary>How many rows and columns the weight has.</summary>
    public abstract (int Rows, int Columns) Shape { get; }

    /// <summary>The kernels that can multiply with it.</summary>
    public abstract IReadOnlyList<ProductKernel> Kernels { get; }

    /// <summary>Which of them does; see <see cref="KernelChoice"/>.</summary>
    public KernelPlan Plan { get => field ??= KernelChoice.Known(this); set; }

    /// <summary>The fraction of the weight that is stored, in [0, 1].</summary>
    public double Density => (double)StoredCount / Math.Max(1, (long)Shape.Rows * Shape.Columns);

    /// <summary>The one place that chooses: the storage of <paramref name="kernel"/>.</summary>
    /// <param name="weight">[out, in]; it is read, not kept.</param>
    /// <param name="kernel">Which kernel.</param>
    /// <exception cref="ArgumentException">That kernel has no storage of its own, or does not know the type, the device or the pattern of the
    /// weight.</exception>
    public static SparseStorage Compress(Tensor weight, SparseKernel kernel) => kernel switch
    {
        SparseKernel.Bitmask => BitmaskStorage.Compress(weight),
        SparseKernel.Csr => new CsrStorage(weight),
        SparseKernel.SemiStructured when weight.device_type == TorchSharp.DeviceType.CUDA => new CudaSemiStructuredStorage(weight),
        SparseKernel.SemiStructured => SemiStructuredStorage.Compress(weight),
        _ => throw new ArgumentException(
            $"The kernel {kernel} has no compact storage; {nameof(SparseKernel.Bitmask)}, {nameof(SparseKernel.Csr)} and "
            + $"{nameof(SparseKernel.SemiStructured)} have.",
            nameof(kernel)),
    };

    /// <summary>The storage of <paramref name="kernel"/> for a weight of a checkpoint, whose parts are taken as they are where the kernel has their layout.</summary>
    /// <param name="weight">Its parts, in host memory, which agree with each other; they are read, not kept.</param>
    /// <param name="kernel">Which kernel.</param>
    /// <param name="device">Where the storage shall be.</param>
    /// <exception cref="ArgumentException">As for <see cref="Compress"/>.</exception>
    public static SparseStorage Of(CompressedWeight weight, SparseKernel kernel, Device device)
    {
        switch (weight.Format, kernel)
        {
            case (CompressedFormat.SparseBitmask, SparseKernel.Bitmask):
                return BitmaskStorage.Of(weight);
            case (CompressedFormat.Sparse24Bitmask, SparseKernel.SemiStructured) when device.type == TorchSharp.DeviceType.CPU:
                return SemiStructuredStorage.Of(weight);
            default:
                using (NewDisposeScope())
                {
                    return Compress(weight.ToDense().to(device), kernel);
                }
        }
    }

    /// <summary>f(input W^T + bias), without gradients.</summary>
    /// <param name="input">[rows, in], of the type of the weight.</param>
    /// <param name="bias">[out], or null.</param>
    /// <param name="activation">f.</param>
    /// <returns>[rows, out], contiguous.</returns>
    public Tensor Linear(Tensor input, Tensor? bias, FusedActivation activation) => Linear(input, bias, activation, Plan.At(input.shape[0]));

    /// <summary>The same with a kernel of the caller's choice, one of <see cref="Kernels"/>.</summary>
    public abstract Tensor Linear(Tensor input, Tensor? bias, FusedActivation activation, ProductKernel kernel);

    /// <summary>The weight [out, in].</summary>
    public Tensor ToDense()
    {
        using var scope = NewDisposeScope();
        return ToCompressed().ToDense().to(Device).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The weight as checkpoints have it, without a dense copy: 2:4 storage in the layout sparse-24-bitmask, all others in sparse-bitmask.
    /// </summary>
    /// <returns>In host memory: the tensors of the storage, and what it lacks in the current dispose scope.</returns>
    public abstract CompressedWeight ToCompressed();

    /// <inheritdoc/>
    public abstract void Dispose();
}
