using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A head over the rows that count: hidden [rows, width], and the rest of <see cref="VocabularyHead"/>.</summary>
internal sealed record HeadRows(Tensor Hidden, Tensor Weight, Tensor? Bias, double? Softcap)
{
    /// <summary>How many classes the logits have.</summary>
    public long Classes => Weight.shape[0];

    /// <summary>The type that the loss is computed in.</summary>
    public ScalarType LossType => Weight.dtype == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32;

    /// <summary>How many bytes a row of logits takes at most, while it is computed: half precision is there beside float32.</summary>
    public long BytesPerRow => Classes * (LossType == ScalarType.Float64 ? 8 : Weight.dtype == ScalarType.Float32 ? 4 : 6);

    /// <summary>The logits of some rows before the cap [count, classes], without a graph, of <see cref="LossType"/>.</summary>
    public Tensor Project(long start, long count)
    {
        using var _ = no_grad();
        var logits = nn.functional.linear(Hidden.narrow(0, start, count), Weight, Bias);
        if (logits.dtype == LossType)
        {
            return logits;
        }

        using (logits)
        {
            return logits.to(LossType);
        }
    }

    /// <summary>The logits of some rows [count, classes], without a graph, of <see cref="LossType"/>.</summary>
    public Tensor Logits(long start, long count)
    {
        var logits = Project(start, count);
        if (Softcap is { } cap)
        {
            using var _ = no_grad();
            logits.div_(cap).tanh_().mul_(cap);
        }

        return logits;
    }

    /// <summary>The cap over logits, with its graph.</summary>
    public Tensor Cap(Tensor logits) => Softcap is { } cap ? cap * (logits / cap).tanh() : logits;
}
