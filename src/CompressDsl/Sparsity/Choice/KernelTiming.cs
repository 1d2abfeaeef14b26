namespace CompressDsl;

/// <summary>How long one layer takes on this machine, dense and by every kernel of a storage: medians in milliseconds.</summary>
/// <param name="Kernel">The storage.</param>
/// <param name="Type">The type of the weight, for example <c>Float32</c>.</param>
/// <param name="Rows">The width of the output.</param>
/// <param name="Columns">The width of the input.</param>
/// <param name="Sparsity">The fraction of zeros, in [0, 1], rounded to a twentieth.</param>
/// <param name="Vectors">How many vectors (tokens) one call multiplies with.</param>
/// <param name="Dense">libtorch's dense layer.</param>
/// <param name="Dot">By <see cref="ProductKernel.Dot"/>; null where it was not measured.</param>
/// <param name="Walk">By <see cref="ProductKernel.Walk"/>.</param>
/// <param name="Tile">By <see cref="ProductKernel.Tile"/>.</param>
/// <param name="Library">By <see cref="ProductKernel.Library"/>.</param>
public sealed record KernelTiming(
    SparseKernel Kernel,
    string Type,
    long Rows,
    long Columns,
    double Sparsity,
    int Vectors,
    double Dense,
    double? Dot = null,
    double? Walk = null,
    double? Tile = null,
    double? Library = null)
{
    /// <summary>The fastest kernel.</summary>
    public ProductKernel Best => Times.MinBy(static time => time.Milliseconds).Kernel;

    /// <summary>How many times as fast as dense the fastest kernel is.</summary>
    public double Speedup => Dense / Times.Min(static time => time.Milliseconds);

    private IEnumerable<(ProductKernel Kernel, double Milliseconds)> Times =>
        from time in new[] { (ProductKernel.Dot, Dot), (ProductKernel.Walk, Walk), (ProductKernel.Tile, Tile), (ProductKernel.Library, Library) }
        where time.Item2 is not null
        select (time.Item1, time.Item2!.Value);

    /// <summary>The same with the time of one kernel.</summary>
    internal KernelTiming With(ProductKernel kernel, double milliseconds) => kernel switch
    {
        ProductKernel.Dot => this with { Dot = milliseconds },
        ProductKernel.Walk => this with { Walk = milliseconds },
        ProductKernel.Tile => this with { Tile = milliseconds },
        _ => this with { Library = milliseconds },
    };

    /// <summary>Whether both are of the same layer: its shape, type and sparsity, in the same storage.</summary>
    internal bool IsOfSameLayer(KernelTiming other) =>
        (Kernel, Type, Rows, Columns, Sparsity) == (other.Kernel, other.Type, other.Rows, other.Columns, other.Sparsity);
}
