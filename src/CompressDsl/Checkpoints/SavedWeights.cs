namespace CompressDsl;

/// <summary>How a save writes the weights of layers in compact storage. All other tensors are the same in both.</summary>
public enum SavedWeights
{
    /// <summary>Dense, under their own names: every reader of safetensors knows them.</summary>
    Dense,

    /// <summary>
    /// As they are in memory, in the layouts of compressed-tensors: <see cref="SparseKernel.Bitmask"/> and <see cref="SparseKernel.Csr"/> storage as
    /// <c>sparse-bitmask</c>, <see cref="SparseKernel.SemiStructured"/> as <c>sparse-24-bitmask</c>. Half of float32 weights take 0.53 of dense, and no dense copy is
    /// made.
    /// </summary>
    Compact,
}
