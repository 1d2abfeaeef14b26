namespace CompressDsl.Tests;

/// <summary>Keeps every progress report, on the thread that makes it.</summary>
internal sealed class Recorder : IProgress<DistillationProgress>
{
    public List<DistillationProgress> Reports { get; } = [];

    public void Report(DistillationProgress value) => Reports.Add(value);
}
