using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Rows of packed text. Every token of a row after its first is to be predicted: the tokens are the labels too.</summary>
public sealed class PackedBatch
{
    private readonly long[] _tokens;

    internal PackedBatch(long[] tokens, int length) => (_tokens, Length) = (tokens, length);

    /// <summary>How many rows there are.</summary>
    public int Rows => _tokens.Length / Length;

    /// <summary>How many tokens a row has.</summary>
    public int Length { get; }

    /// <summary>One row.</summary>
    /// <param name="index">In [0, <see cref="Rows"/>).</param>
    public ReadOnlySpan<long> this[int index] => _tokens.AsSpan(index * Length, Length);

    /// <summary>The tokens as [rows, length], int64, in memory of libtorch's own and in the dispose scope around the call.</summary>
    /// <param name="device">Where; null: the CPU.</param>
    public Tensor ToTensor(Device? device = null)
    {
        using var managed = tensor(_tokens, [Rows, Length]);
        return managed.to(device ?? CPU, copy: true);
    }
}
