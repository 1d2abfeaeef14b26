using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The tensor of a mask, which takes an eighth of its memory while its weight is in compact storage and nobody looks at it.</summary>
/// <param name="mask">bool; it is owned from here on.</param>
internal sealed class HeldMask(Tensor mask) : IDisposable
{
    private readonly long[] shape = mask.shape;
    private Tensor? whole = mask;
    private Tensor? bits;

    /// <summary>How many numbers it is about.</summary>
    public long Count { get; } = mask.numel();

    /// <summary>bool, true where a number is pruned; it stays this object's.</summary>
    public Tensor Tensor
    {
        get
        {
            if (whole is null)
            {
                whole = MaskBits.Unpack(bits!, shape).DetachFromDisposeScope();
                bits!.Dispose();
                bits = null;
            }

            return whole;
        }
    }

    /// <summary>Goes on at one bit a number until somebody looks.</summary>
    public void Pack()
    {
        if (whole is not null)
        {
            bits = MaskBits.Pack(whole).DetachFromDisposeScope();
            whole.Dispose();
            whole = null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        whole?.Dispose();
        bits?.Dispose();
    }
}
