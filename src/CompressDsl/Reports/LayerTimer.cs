using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Times one linear layer by itself, dense and in the storage of its kernel, without touching it.</summary>
internal sealed class LayerTimer(FoundWeight weight, SparsityRule rule, Tensor input, LatencyOptions options)
{
    /// <summary>The median milliseconds of the layer in dense storage.</summary>
    public double Dense() => Time(SparseKernel.None);

    /// <summary>The median milliseconds of the layer as it is now, in the storage of its kernel; dense where it has none.</summary>
    public double Pruned()
    {
        var own = weight.Weight.Module is SparseLinear layer ? layer.Kernel : SparseKernel.None;
        return Time(weight.Weight.Module is not SparseLinear ? SparseKernel.None : rule.Kernel is SparseKernel.Unspecified ? own : rule.Kernel);
    }

    private double Time(SparseKernel kernel)
    {
        var parameter = weight.Weight.Parameter!;
        using var copy = new SparseLinear(parameter.shape[1], parameter.shape[0], hasBias: false, device: parameter.device, dtype: parameter.dtype);
        using var gradientsOff = no_grad();
        copy.weight.copy_(parameter);
        copy.eval();
        if (kernel is not (SparseKernel.None or SparseKernel.Unspecified))
        {
            // By the kernel that is known for it, or usual: a scan has a level for every twentieth, and each would be measured.
            copy.CompactUnmeasured(kernel);
        }

        return Latency.Measure(() => copy.call(input), options).Median;
    }
}
