namespace CompressDsl;

/// <summary>How far a measurement is.</summary>
/// <param name="Phase">What is being measured: <c>size</c>, <c>latency</c> or <c>quality</c>.</param>
/// <param name="Done">How many parts of it are done; a part is a timed run, or the whole of another phase.</param>
/// <param name="Total">How many parts it has.</param>
public sealed record MeasureProgress(string Phase, int Done, int Total);
