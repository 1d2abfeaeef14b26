namespace CompressDsl;

/// <summary>What a load took from a file, and what it left.</summary>
/// <param name="Path">The file.</param>
/// <param name="Loaded">The names of the model that now hold the file's values.</param>
/// <param name="Masks">The names of the weights whose mask was set from the file.</param>
/// <param name="Missing">Names of the model that the file does not have; they kept their values. Empty when the load was strict.</param>
/// <param name="Unexpected">Names of the file that the model does not have; they were skipped. Empty when the load was strict.</param>
/// <param name="Metadata">The file's <c>__metadata__</c>.</param>
public sealed record LoadedCheckpoint(
    string Path,
    IReadOnlyList<string> Loaded,
    IReadOnlyList<string> Masks,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyDictionary<string, string> Metadata);
