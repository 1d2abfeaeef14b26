using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Lets one thread's matrix products run on that thread alone, where libtorch multiplies with MKL; elsewhere it does nothing, and costs time only.
/// </summary>
/// <remarks>
/// For work that is shared out already: MKL's own threads would compete with it, and wait for each of their parts in a busy loop. TorchSharp's
/// <c>set_num_threads</c> would do the same to every thread of the process.
/// </remarks>
internal static class MklThreads
{
    private static readonly SetThreads? set = Find();

    private delegate int SetThreads(int count);

    /// <summary>Until the result is disposed, on the same thread.</summary>
    public static One UseOne() => new(set?.Invoke(1) ?? 0);

    private static SetThreads? Find() =>
        NativeLibrary.TryLoad("torch_cpu", typeof(Tensor).Assembly, null, out var library)
        && NativeLibrary.TryGetExport(library, "MKL_Set_Num_Threads_Local", out var function)
            ? Marshal.GetDelegateForFunctionPointer<SetThreads>(function)
            : null;

    /// <summary>Puts back how many threads there were; 0 stands for what the process uses.</summary>
    internal readonly struct One(int before) : IDisposable
    {
        public void Dispose() => set?.Invoke(before);
    }
}
