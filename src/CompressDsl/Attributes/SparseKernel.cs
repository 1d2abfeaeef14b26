namespace CompressDsl;

/// <summary>The storage of a sparse weight, and so the kernels that multiply with it.</summary>
public enum SparseKernel
{
    /// <summary>Nothing is said: the weight stays in dense storage, and CDSL2001 asks.</summary>
    Unspecified,

    /// <summary>Dense storage, on purpose: zeros are stored and multiplied.</summary>
    None,

    /// <summary>The numbers that are left and one bit a weight, in float32 or bfloat16, on the CPU: for zeros anywhere, from about a tenth of them on.</summary>
    Bitmask,

    /// <summary>Compressed sparse rows: the numbers that are left and four bytes for the column of each. Less than <see cref="Bitmask"/> only where
    /// fewer than one weight in thirty is left.</summary>
    Csr,

    /// <summary>2:4: at most two numbers in four neighbours along the input dimension, and one bit a weight. On the CPU in float32 or bfloat16; on CUDA
    /// the sparse tensor cores.</summary>
    SemiStructured,
}
