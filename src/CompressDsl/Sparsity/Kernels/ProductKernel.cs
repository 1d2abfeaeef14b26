namespace CompressDsl;

/// <summary>How a product with a sparse matrix is computed.</summary>
internal enum ProductKernel
{
    /// <summary><see cref="DotKernel{TSimd, TVector, TValue}"/>: for few columns.</summary>
    Dot,

    /// <summary><see cref="WalkKernel{TSimd, TVector, TValue}"/>: for many columns and few numbers.</summary>
    Walk,

    /// <summary><see cref="TileKernel{TSimd, TVector}"/>: a dense product on unpacked tiles, for many columns and many numbers.</summary>
    Tile,
}
