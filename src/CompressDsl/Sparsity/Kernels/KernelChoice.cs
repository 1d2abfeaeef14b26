namespace CompressDsl;

/// <summary>The one place that decides how a product is computed.</summary>
internal static class KernelChoice
{
    /// <summary>The kernel for a product of a weight with so many vectors.</summary>
    public static ProductKernel Of(CpuStorage storage, long count)
    {
        var dot = storage.Kernel != SparseKernel.Csr;
        var density = (double)storage.StoredCount / ((long)storage.Shape.Rows * storage.Shape.Columns);
        return dot && count <= 8 ? ProductKernel.Dot : density * count > 100 ? ProductKernel.Tile : ProductKernel.Walk;
    }
}
