namespace CompressDsl;

/// <summary>The kernel that multiplies with a sparse weight.</summary>
public enum SparseKernel
{
    /// <summary>Nothing is said: the weight stays in dense storage, and CDSL2001 asks.</summary>
    Unspecified,

    /// <summary>Dense storage, on purpose: zeros are stored and multiplied.</summary>
    None,

    /// <summary>Compressed sparse rows, multiplied by libtorch's own product. Pays only when very few weights are left.</summary>
    Csr,
}
