using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using System.Text;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What a measured time depends on beside the layer.</summary>
internal static class Machine
{
    private static readonly string Processor = FindProcessor();

    /// <summary>The processor, the registers that kernels use, the number of threads and the version of libtorch, for example
    /// <c>AMD EPYC, 512-bit registers, 2 threads, libtorch 2.10.0</c>.</summary>
    public static string Describe(int threads) =>
        $"{Processor}, {SparseProduct.Registers}-bit registers, {threads} threads, libtorch {__version__}";

    private static string FindProcessor()
    {
        if (!X86Base.IsSupported || (uint)X86Base.CpuId(unchecked((int)0x80000000), 0).Eax < 0x80000004)
        {
            return RuntimeInformation.ProcessArchitecture.ToString();
        }

        var name = new byte[48];
        var words = MemoryMarshal.Cast<byte, int>(name.AsSpan());
        for (var part = 0; part < 3; part++)
        {
            var (a, b, c, d) = X86Base.CpuId(unchecked((int)0x80000002) + part, 0);
            ReadOnlySpan<int> four = [a, b, c, d];
            four.CopyTo(words[(part * 4)..]);
        }

        return Encoding.ASCII.GetString(name).Trim('\0', ' ');
    }
}
