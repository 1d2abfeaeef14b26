using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The one seam for work that is spread over several processes: every sum that crosses them (gradients, token counts, activation norms,
/// Hessians, metrics) goes through here.
/// </summary>
/// <remarks>
/// Every worker makes the same calls in the same order. A sum is the same, bit for bit, on all of them afterwards, or they drift apart.
/// </remarks>
public interface IWorkers
{
    /// <summary>How many workers there are, at least 1.</summary>
    int Count { get; }

    /// <summary>Which of them this process is, in [0, <see cref="Count"/>).</summary>
    int Rank { get; }

    /// <summary>Replaces a value by its sum over all workers.</summary>
    /// <param name="value">This worker's part.</param>
    /// <returns>The sum.</returns>
    long Sum(long value);

    /// <summary>Replaces every element of a tensor, in place, by its sum over all workers.</summary>
    /// <param name="tensor">This worker's part; any shape, the same on all workers.</param>
    void Sum(Tensor tensor);
}
