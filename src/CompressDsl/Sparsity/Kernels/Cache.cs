using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CompressDsl;

/// <summary>Asks for memory before it is needed. The machine's own prefetchers are enough for a loop that only reads, not for one that computes as well.</summary>
internal static unsafe class Cache
{
    /// <summary>The size of a line.</summary>
    public const int Line = 64;

    /// <summary>How far ahead of a stream of weights.</summary>
    public const int Ahead = 2048;

    /// <summary>Asks for one line; where .NET has no instruction for it, nothing happens.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(address);
        }
    }

    /// <summary>Asks for some lines.</summary>
    public static void Prefetch(void* address, long bytes)
    {
        for (long line = 0; line < bytes; line += Line)
        {
            Prefetch((byte*)address + line);
        }
    }
}
