using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The only worker there is: a sum over one is what it was.</summary>
public sealed class SingleWorker : IWorkers
{
    private SingleWorker()
    {
    }

    /// <summary>The one instance.</summary>
    public static SingleWorker Instance { get; } = new();

    /// <inheritdoc/>
    public int Count => 1;

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public long Sum(long value) => value;

    /// <inheritdoc/>
    public void Sum(Tensor tensor)
    {
    }
}
