using System.Runtime.CompilerServices;

namespace CompressDsl.Tests.Sparsity;

/// <summary>Tests have a table of measured kernels of their own, not that of whoever runs them.</summary>
internal static class OwnKernelTable
{
    [ModuleInitializer]
    internal static void Use() => KernelTable.Path = Path.Combine(Path.GetTempPath(), $"compressdsl-tests-{Environment.ProcessId}", "kernels.json");
}
