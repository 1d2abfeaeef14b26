using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The one place that decides how a product is computed: from <see cref="KernelTable"/>, by layer and number of vectors.</summary>
internal static class KernelChoice
{
    // What noise of a measurement may look like, and no more than that may be lost.
    private const double SlowestSpeedup = 0.97;

    private const int PatienceInDoubt = 4;

    /// <summary>The plan for a layer, by the table; by what is usual where it does not stand there.</summary>
    public static KernelPlan Known(SparseStorage storage) =>
        KernelTable.Find(storage) is { Count: > 0 } timings ? KernelPlan.Of(timings) : KernelPlan.Unmeasured(storage);

    /// <summary>The plan for a layer; one that is not in the table is measured.</summary>
    /// <param name="storage">The compact weight.</param>
    /// <param name="dense">The same weight [out, in].</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    public static KernelPlan Plan(SparseStorage storage, Tensor dense, CancellationToken cancellationToken = default)
    {
        var known = Known(storage);
        return known.Timings.Count > 0 ? known : KernelPlan.Of(Measure(storage, dense, 1, cancellationToken));
    }

    /// <summary>The number of vectors at which a layer is slower than dense; null where it is nowhere.</summary>
    /// <param name="storage">The compact weight, with its plan.</param>
    /// <param name="dense">The same weight [out, in].</param>
    /// <param name="cancellationToken">Stops measuring.</param>
    public static KernelTiming? FindSlower(SparseStorage storage, Tensor dense, CancellationToken cancellationToken = default)
    {
        if (FindSlower(storage.Plan) is null)
        {
            return null;
        }

        // Once more with more patience, before a moment of noise decides for good.
        storage.Plan = KernelPlan.Of(Measure(storage, dense, PatienceInDoubt, cancellationToken));
        return FindSlower(storage.Plan);
    }

    /// <summary>Where a plan is slowest, if that is slower than dense.</summary>
    internal static KernelTiming? FindSlower(KernelPlan plan) => plan.Timings.Where(static timing => timing.Speedup < SlowestSpeedup).MinBy(static timing => timing.Speedup);

    private static IReadOnlyList<KernelTiming> Measure(SparseStorage storage, Tensor dense, int patience, CancellationToken cancellationToken)
    {
        var timings = KernelStopwatch.Measure(storage, dense, patience, cancellationToken);
        KernelTable.Add(timings);
        return timings;
    }
}
