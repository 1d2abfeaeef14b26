using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>How many tensors there are in this process.</summary>
internal static class LivingTensors
{
    /// <summary>The number once those are gone that earlier tests left to the finalizers.</summary>
    public static long Count()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return Tensor.TotalCount;
    }
}
