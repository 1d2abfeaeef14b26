namespace CompressDsl.Tool.Inspecting;

/// <summary>The memory in bytes of a tensor in every storage of the library.</summary>
/// <param name="Dense">Every number.</param>
/// <param name="Csr">Compressed sparse rows; null where only two-dimensional floating-point weights can be so.</param>
/// <param name="Bitmask">Bitmask storage; null as above.</param>
/// <param name="SemiStructured">2:4; null as above, and where more than two of four neighbours are not zero.</param>
internal sealed record StorageSizes(long Dense, long? Csr = null, long? Bitmask = null, long? SemiStructured = null);
