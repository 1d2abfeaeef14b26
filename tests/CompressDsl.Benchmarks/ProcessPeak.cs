using System.Globalization;

namespace CompressDsl.Benchmarks;

/// <summary>The kernel's own record of the most memory that this process had at once (VmHWM). Linux only.</summary>
internal static class ProcessPeak
{
    /// <summary>Starts the record anew, at what the process has now.</summary>
    /// <returns>That, in MB.</returns>
    public static double Restart()
    {
        File.WriteAllText("/proc/self/clear_refs", "5");
        return Read();
    }

    /// <summary>The peak since then, in MB.</summary>
    public static double Read()
    {
        var line = File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return double.Parse(line.AsSpan("VmHWM:".Length, line.Length - "VmHWM:".Length - "kB".Length), CultureInfo.InvariantCulture) / 1024;
    }
}
