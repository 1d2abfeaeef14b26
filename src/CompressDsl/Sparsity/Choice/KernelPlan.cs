namespace CompressDsl;

/// <summary>Which kernel multiplies, by the number of vectors.</summary>
internal sealed class KernelPlan
{
    private readonly IReadOnlyList<(long Vectors, ProductKernel Kernel)> steps;

    private KernelPlan(IReadOnlyList<(long Vectors, ProductKernel Kernel)> steps, IReadOnlyList<KernelTiming> timings) =>
        (this.steps, Timings) = (steps, timings);

    /// <summary>What was measured; empty where nothing was.</summary>
    public IReadOnlyList<KernelTiming> Timings { get; }

    /// <summary>What was the fastest at the nearest measured number of vectors.</summary>
    public static KernelPlan Of(IReadOnlyList<KernelTiming> timings) => new([.. timings.Select(static timing => ((long)timing.Vectors, timing.Best))], timings);

    /// <summary>What is the fastest on most machines, for a layer that was not measured.</summary>
    /// <param name="storage">The weight.</param>
    public static KernelPlan Unmeasured(SparseStorage storage)
    {
        if (storage.Kernels is [var only])
        {
            return new([(1, only)], []);
        }

        var density = storage.Density;
        var few = storage.Kernels.Contains(ProductKernel.Dot) && density > 0.15 ? ProductKernel.Dot : ProductKernel.Walk;
        return new([(1, few), (4, few), (16, ProductKernel.Walk), (64, ProductKernel.Walk), (256, density > 0.35 ? ProductKernel.Tile : ProductKernel.Walk)], []);
    }

    /// <summary>The kernel for so many vectors.</summary>
    public ProductKernel At(long vectors)
    {
        var step = 0;

        // The nearest as a ratio.
        while (step + 1 < steps.Count && vectors * vectors > steps[step].Vectors * steps[step + 1].Vectors)
        {
            step++;
        }

        return steps[step].Kernel;
    }
}
