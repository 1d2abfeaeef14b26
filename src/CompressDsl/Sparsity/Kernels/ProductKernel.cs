namespace CompressDsl;

/// <summary>How a product with a sparse weight is computed.</summary>
public enum ProductKernel
{
    /// <summary>A row of a bitmask after the other, its numbers put at their places in registers: for few vectors. Not for CSR.</summary>
    Dot,

    /// <summary>Only the stored numbers, each with many vectors, whose sums stay in registers: for many vectors and few numbers.</summary>
    Walk,

    /// <summary>A dense product on unpacked tiles: for many vectors and many numbers.</summary>
    Tile,

    /// <summary>libtorch's own: CSR in float64, and on CUDA.</summary>
    Library,
}
