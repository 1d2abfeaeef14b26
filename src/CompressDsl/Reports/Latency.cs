using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Times calls: on the wall clock, without gradients, the tensors that a call makes disposed of inside the time it takes, and the
/// device's queue waited for where there is one.
/// </summary>
public static class Latency
{
    /// <summary>Times one call.</summary>
    /// <param name="call">What to time, for example <c>() => model.call(input)</c>; tensors that it leaves are disposed.</param>
    /// <param name="options">How often; null takes the defaults.</param>
    /// <param name="progress">Told of every run.</param>
    /// <param name="cancellationToken">Stops between two runs.</param>
    public static LatencyReport Measure(
        Action call, LatencyOptions? options = null, IProgress<MeasureProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(call);
        var times = Time(options ??= new(), progress, cancellationToken, (_, time) => time(0, call), calls: 1);
        return LatencyReport.Of(times[0], options, get_num_threads());
    }

    /// <summary>
    /// Times two calls in turn, so that whatever else the machine does meets both: each round runs both, every other round the candidate first.
    /// </summary>
    /// <param name="baseline">The call to compare against.</param>
    /// <param name="candidate">The call that is to be faster, doing the same work.</param>
    /// <param name="options">How many rounds, before and counted; null takes the defaults.</param>
    /// <param name="progress">Told of every round.</param>
    /// <param name="cancellationToken">Stops between two rounds.</param>
    public static LatencyComparison Compare(
        Action baseline,
        Action candidate,
        LatencyOptions? options = null,
        IProgress<MeasureProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        ArgumentNullException.ThrowIfNull(candidate);
        Action[] calls = [baseline, candidate];
        var times = Time(
            options ??= new(),
            progress,
            cancellationToken,
            (round, time) =>
            {
                var first = round % 2;
                time(first, calls[first]);
                time(1 - first, calls[1 - first]);
            },
            calls: 2);
        double[] ratios = [.. times[0].Zip(times[1], static (slow, fast) => slow / fast).Order()];
        var threads = get_num_threads();
        var (before, after) = (LatencyReport.Of(times[0], options, threads), LatencyReport.Of(times[1], options, threads));
        return new(
            before, after, before.Median / after.Median, LatencyReport.Percentile(ratios, 0.1), LatencyReport.Percentile(ratios, 0.9));
    }

    /// <summary>Runs the rounds and returns the counted times in milliseconds, one list a call.</summary>
    private static double[][] Time(
        LatencyOptions options,
        IProgress<MeasureProgress>? progress,
        CancellationToken cancellationToken,
        Action<int, Action<int, Action>> round,
        int calls)
    {
        options.Check();
        using var gradient = no_grad(); // not inference_mode: a table cached inside would then be useless to training
        var times = Enumerable.Range(0, calls).Select(_ => new double[options.Runs]).ToArray();
        var waits = cuda.is_available();
        GC.Collect(); // what earlier work left is not this call's cost
        for (var run = -options.WarmUp; run < options.Runs; run++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            round(run & 1, (index, call) =>
            {
                var milliseconds = CallTimer.Once(call, waits);
                if (run >= 0)
                {
                    times[index][run] = milliseconds;
                }
            });
            progress?.Report(new("latency", run + options.WarmUp + 1, options.WarmUp + options.Runs));
        }

        return times;
    }
}
