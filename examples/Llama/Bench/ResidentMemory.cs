using System.Diagnostics;
using System.Runtime.InteropServices;

namespace LlamaProgram.Bench;

/// <summary>The memory of this process, as the system counts it.</summary>
internal static class ResidentMemory
{
    /// <summary>The bytes that are resident, after what is free was given back.</summary>
    internal static long Read()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        if (OperatingSystem.IsLinux())
        {
            Trim();
        }

        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static void Trim()
    {
        try
        {
            malloc_trim(0);
        }
        catch (EntryPointNotFoundException)
        {
            // Another C library than glibc: it keeps what it keeps.
        }

        [DllImport("libc")]
        static extern int malloc_trim(nuint pad);
    }
}
