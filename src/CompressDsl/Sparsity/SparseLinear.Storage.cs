using TorchSharp.Modules;

namespace CompressDsl;

/// <content>How the storage changes.</content>
public sealed partial class SparseLinear
{
    /// <summary>Changes to the compact storage of a kernel; the dense weight is released, and an optimizer that holds it must be made anew.</summary>
    /// <remarks>Of a shape, sparsity and kernel that this machine has not met before, it is measured which of the products is the fastest; see
    /// <see cref="KernelTable"/>. Here the storage changes even where dense would be faster; <see cref="Compaction.Compact"/> asks for the purpose.</remarks>
    /// <param name="kernel">Which kernel; null takes <see cref="Kernel"/>.</param>
    /// <exception cref="ArgumentException">That kernel has no compact storage, or does not know the type of the weight. Nothing is
    /// changed.</exception>
    public void Compact(SparseKernel? kernel = null) => Prepare(kernel ?? Kernel, Purpose.Size).Adopt();

    /// <summary>As <see cref="Compact"/>, without measuring.</summary>
    internal void CompactUnmeasured(SparseKernel kernel) => new Compacted(this, SparseStorage.Compress(weight, kernel), null).Adopt();

    /// <summary>Changes back to dense storage, with the same weight, bit for bit, as a new parameter.</summary>
    public void Densify()
    {
        TakeOverLoaded();
        if (storage is not null)
        {
            weight = new Parameter(storage.ToDense(), weightRequiresGrad);
        }
    }

    /// <summary>Gives the compact weight other values.</summary>
    /// <param name="other">Of the kernel and the type of the storage now; the layer owns it from here on.</param>
    internal void Replace(SparseStorage other)
    {
        ReleaseCompact();
        storage = other;
    }

    /// <summary>Makes the compact storage of a kernel; the layer does not change before <see cref="Compacted.Adopt"/>.</summary>
    /// <param name="kernel">Which kernel.</param>
    /// <param name="purpose">Speed: where it would be slower than dense at any number of vectors, the result says so.</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    internal Compacted Prepare(SparseKernel kernel, Purpose purpose, CancellationToken cancellationToken = default)
    {
        TakeOverLoaded();
        WeightMask.Find(this)?.Apply();
        using var unpacked = storage?.ToDense();
        var dense = unpacked ?? weight;
        var compact = SparseStorage.Compress(dense, kernel);
        try
        {
            compact.Plan = KernelChoice.Plan(compact, dense, cancellationToken);
            return new(this, compact, purpose == Purpose.Speed ? KernelChoice.FindSlower(compact, dense, cancellationToken) : null);
        }
        catch
        {
            compact.Dispose();
            throw;
        }
    }

    private void ReleaseCompact()
    {
        storage?.Dispose();
        (storage, copy) = (null, null);
    }

    /// <summary>
    /// <c>load</c> and <c>load_state_dict</c> write into the tensors of the state dictionary; here that is a copy, so look whether it was written to.
    /// </summary>
    private void TakeOverLoaded()
    {
        if (storage is null || copy is not { Weight: var candidate })
        {
            return;
        }

        copy = null;
        using var dense = storage.ToDense();
        if (!candidate.IsInvalid && !candidate.Equals(dense))
        {
            Replace(SparseStorage.Compress(candidate, storage.Kernel));
        }
    }

    /// <summary>A compact storage that is not its layer's yet.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="storage">What it is to have.</param>
    /// <param name="slower">Where that would be slower than dense, and nobody wants that; null where it is fine.</param>
    internal sealed class Compacted(SparseLinear layer, SparseStorage storage, KernelTiming? slower) : IDisposable
    {
        /// <summary>Where it would be slower than dense, and nobody wants that; null where it is fine.</summary>
        public KernelTiming? Slower => slower;

        /// <summary>Makes it the storage of the layer, which owns it from here on.</summary>
        public void Adopt()
        {
            layer.weightRequiresGrad = layer._weight?.requires_grad ?? layer.weightRequiresGrad;
            layer.ReleaseCompact();
            layer._weight?.Dispose();
            layer._weight = null;
            layer.ConditionallyRegisterParameter(nameof(weight), (Parameter?)null);
            layer.storage = storage;
            WeightMask.Find(layer)?.Pack();
        }

        /// <inheritdoc/>
        public void Dispose() => storage.Dispose();
    }
}
