using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Times one call.</summary>
internal static class CallTimer
{
    /// <summary>The milliseconds of a call, the tensors that it makes disposed of inside the time it takes.</summary>
    /// <param name="call">What to time.</param>
    /// <param name="waits">Whether the device's queue is waited for, before and after.</param>
    public static double Once(Action call, bool waits)
    {
        if (waits)
        {
            cuda.synchronize();
        }

        var start = Stopwatch.GetTimestamp();
        using (NewDisposeScope())
        {
            call();
            if (waits)
            {
                cuda.synchronize();
            }
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
