using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The threads that libtorch itself works with, where it works with GNU's OpenMP.</summary>
/// <remarks>
/// After each operator they look for work in a busy loop for some milliseconds, and other threads would have to share the cores with them: measured, twice the
/// time for a product of two milliseconds that follows an operator of libtorch.
/// </remarks>
internal static unsafe class OpenMpThreads
{
    private static readonly delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<void*, void>, void*, uint, uint, void> parallel =
        (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<void*, void>, void*, uint, uint, void>)Find();

    /// <summary>Whether there are such threads.</summary>
    public static bool IsSupported => parallel != null;

    /// <summary>Lets this thread and others take the parts of a job.</summary>
    /// <param name="job">The job.</param>
    /// <param name="threads">How many threads, with this one.</param>
    public static void Run(KernelTeam.Job* job, int threads) => parallel(&TakeParts, job, (uint)threads, 0);

    // What libtorch depends on is found through it, whatever the file is called.
    private static nint Find() =>
        NativeLibrary.TryLoad("torch_cpu", typeof(Tensor).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, "GOMP_parallel", out var function)
            ? function
            : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void TakeParts(void* job) => ((KernelTeam.Job*)job)->TakeParts();
}
