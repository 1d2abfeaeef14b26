namespace CompressDsl.Tests;

/// <summary>Does something at every report, on the thread that makes it.</summary>
internal sealed class Told<T>(Action<T> told) : IProgress<T>
{
    public void Report(T value) => told(value);
}
