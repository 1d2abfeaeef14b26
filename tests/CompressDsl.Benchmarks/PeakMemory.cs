using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace CompressDsl.Benchmarks;

/// <summary>The most memory that something takes, as the kernel counts the pages of this process that are no file's. Linux only.</summary>
/// <remarks>Looked at every millisecond; the kernel's own peak counts the code of libraries too, which comes and goes.</remarks>
internal static class PeakMemory
{
    /// <summary>By how many MB the memory grew at its peak.</summary>
    public static double Of(Action action)
    {
        // What was freed before goes back, or it would be used again uncounted.
        GC.Collect();
        Trim(0);
        using var status = File.OpenHandle("/proc/self/status");
        using var isDone = new ManualResetEventSlim();
        var before = Read(status);
        var peak = before;
        var watcher = new Thread(() =>
        {
            while (!isDone.Wait(1))
            {
                peak = Math.Max(peak, Read(status));
            }
        });
        watcher.Start();
        action();
        isDone.Set();
        watcher.Join();
        return (peak - before) / 1024.0;
    }

    // In kB.
    private static long Read(Microsoft.Win32.SafeHandles.SafeFileHandle status)
    {
        Span<byte> buffer = stackalloc byte[4096];
        var text = buffer[..RandomAccess.Read(status, buffer, 0)];
        var line = text[(text.IndexOf("RssAnon:"u8) + "RssAnon:"u8.Length)..].TrimStart(" \t"u8);
        return Utf8Parser.TryParse(line, out long size, out _) ? size : throw new InvalidDataException("/proc/self/status has no RssAnon.");
    }

    [DllImport("libc", EntryPoint = "malloc_trim")]
    private static extern int Trim(nuint pad);
}
