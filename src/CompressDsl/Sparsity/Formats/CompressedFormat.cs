namespace CompressDsl;

/// <summary>The layouts of compressed-tensors for weights with zeros.</summary>
internal enum CompressedFormat
{
    /// <summary>"sparse-bitmask": the numbers that are not zero, row after row.</summary>
    SparseBitmask,

    /// <summary>"sparse-24-bitmask": two numbers of every four neighbours.</summary>
    Sparse24Bitmask,
}

/// <summary>What compressed-tensors calls them.</summary>
internal static class CompressedFormatNames
{
    /// <summary>The name in headers and configs.</summary>
    public static string Name(this CompressedFormat format) => format == CompressedFormat.Sparse24Bitmask ? "sparse-24-bitmask" : "sparse-bitmask";
}
