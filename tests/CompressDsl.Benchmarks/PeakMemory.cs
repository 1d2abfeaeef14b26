using System.Globalization;
using System.Runtime.InteropServices;

namespace CompressDsl.Benchmarks;

/// <summary>The most memory that something takes, as the kernel counts the pages of this process. Linux only.</summary>
internal static class PeakMemory
{
    /// <summary>By how many MB the resident memory grew at its peak.</summary>
    public static double Of(Action action)
    {
        // What was freed before goes back, or it would be used again uncounted.
        GC.Collect();
        Trim(0);
        File.WriteAllText("/proc/self/clear_refs", "5");
        var before = Read("VmRSS");
        action();
        return Read("VmHWM") - before;
    }

    private static double Read(string key)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(key + ":", StringComparison.Ordinal));
        return double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int Trim(nuint pad);
}
