using System.Runtime.InteropServices;

namespace CompressDsl;

/// <summary>Memory that a thread keeps from call to call, so that a call allocates nothing once the largest has been.</summary>
internal sealed unsafe class KernelScratch
{
    [ThreadStatic]
    private static KernelScratch? own;

    private readonly void*[] memory = new void*[3];
    private readonly nuint[] sizes = new nuint[3];

    ~KernelScratch()
    {
        foreach (var part in memory)
        {
            NativeMemory.AlignedFree(part);
        }
    }

    /// <summary>That of this thread.</summary>
    public static KernelScratch Own => own ??= new();

    /// <summary>The input, laid out for a kernel.</summary>
    public float* Input(long count) => (float*)Rent(0, count * sizeof(float));

    /// <summary>The sums of some rows.</summary>
    public float* Sums(long count) => (float*)Rent(1, count * sizeof(float));

    /// <summary>Whatever else a kernel needs for itself.</summary>
    public byte* Rest(long bytes) => (byte*)Rent(2, bytes);

    private void* Rent(int part, long bytes)
    {
        if ((nuint)bytes > sizes[part])
        {
            NativeMemory.AlignedFree(memory[part]);
            memory[part] = null;
            sizes[part] = 0;
            memory[part] = NativeMemory.AlignedAlloc((nuint)bytes, 64);
            sizes[part] = (nuint)bytes;
        }

        return memory[part];
    }
}
