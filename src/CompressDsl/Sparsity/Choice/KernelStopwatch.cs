using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Times a layer, dense and compact, kernel by kernel.</summary>
internal static class KernelStopwatch
{
    /// <summary>The numbers of vectors that are measured.</summary>
    public static readonly IReadOnlyList<int> Vectors = [1, 4, 16, 64, 256];

    private const int MostRounds = 15;

    private const int LeastRounds = 3;

    private static readonly TimeSpan EnoughTime = TimeSpan.FromMilliseconds(40);

    // A kernel that takes so many times as long as another at first sight is not looked at again.
    private const double Hopeless = 3;

    /// <summary>Times a layer.</summary>
    /// <param name="storage">The compact weight.</param>
    /// <param name="dense">The same weight [out, in].</param>
    /// <param name="patience">How many times as long as usual.</param>
    /// <param name="cancellationToken">Heard between two numbers of vectors.</param>
    /// <returns>One timing for each of <see cref="Vectors"/>.</returns>
    public static IReadOnlyList<KernelTiming> Measure(SparseStorage storage, Tensor dense, int patience = 1, CancellationToken cancellationToken = default)
    {
        using var gradientsOff = no_grad();
        var timings = new List<KernelTiming>();
        foreach (var vectors in Vectors)
        {
            cancellationToken.ThrowIfCancellationRequested();
            timings.Add(Measure(storage, dense, vectors, patience));
        }

        return timings;
    }

    private static KernelTiming Measure(SparseStorage storage, Tensor dense, int vectors, int patience)
    {
        using var scope = NewDisposeScope();
        var x = ones(vectors, dense.shape[1], dtype: dense.dtype, device: dense.device);
        var calls = new List<(ProductKernel? Kernel, Action Call)> { (null, () => nn.functional.linear(x, dense)) };
        calls.AddRange(storage.Kernels.Select(kernel => ((ProductKernel?)kernel, (Action)(() => storage.Linear(x, null, FusedActivation.None, kernel)))));

        var waits = cuda.is_available();

        // The first call compiles; the second tells who has a chance.
        calls.ForEach(call => CallTimer.Once(call.Call, waits));
        var first = calls.Select(call => CallTimer.Once(call.Call, waits)).ToArray();
        var bound = Hopeless * first.Skip(1).Min();
        var kept = calls.Where((call, i) => call.Kernel is null || first[i] <= bound).ToArray();
        var times = kept.Select(static _ => new List<double>()).ToArray();
        var clock = Stopwatch.StartNew();
        for (var round = 0; round < MostRounds * patience && (round < LeastRounds * patience || clock.Elapsed < EnoughTime * patience); round++)
        {
            for (var i = 0; i < kept.Length; i++)
            {
                // Every other round in the opposite order.
                var turn = round % 2 == 0 ? i : kept.Length - 1 - i;
                times[turn].Add(CallTimer.Once(kept[turn].Call, waits));
            }
        }

        var medians = times.Select(static all => Median(all)).ToArray();
        var timing = KernelTable.Row(storage, vectors, medians[0]);
        return kept.Skip(1).Zip(medians.Skip(1)).Aggregate(timing, static (row, time) => row.With(time.First.Kernel!.Value, time.Second));
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return (times[(times.Count - 1) / 2] + times[times.Count / 2]) / 2;
    }
}
