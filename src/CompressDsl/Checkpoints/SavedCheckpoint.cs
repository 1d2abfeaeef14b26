namespace CompressDsl;

/// <summary>What a save wrote.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size on disk.</param>
/// <param name="Tensors">How many tensors it holds, masks among them.</param>
public sealed record SavedCheckpoint(string Path, long Bytes, int Tensors);
