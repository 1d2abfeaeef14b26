namespace CompressDsl;

/// <summary>What a save wrote.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size on disk.</param>
/// <param name="Tensors">How many tensors it holds, masks and the parts of compressed weights among them.</param>
/// <param name="CompactWeights">How many weights it holds in a compact layout.</param>
public sealed record SavedCheckpoint(string Path, long Bytes, int Tensors, int CompactWeights = 0);
