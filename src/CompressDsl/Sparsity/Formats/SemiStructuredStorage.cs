using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// 2:4: two numbers of every four neighbours along the input dimension, and one bit a weight. In memory as compressed-tensors' "sparse-24-bitmask" has it on
/// disk. Where fewer than two of four are not zero, zeros are stored.
/// </summary>
internal sealed class SemiStructuredStorage : CpuStorage
{
    private const int Group = 4;
    private const int Kept = 2;

    private SemiStructuredStorage(Tensor values, Tensor bits)
    {
        (Values, Bits) = (CpuTensor.WithRoom(values), CpuTensor.WithRoom(bits));
        Values.DetachFromDisposeScope();
        Bits.DetachFromDisposeScope();
        Shape = ((int)values.shape[0], (int)values.shape[1] * Group / Kept);
    }

    public override SparseKernel Kernel => SparseKernel.SemiStructured;

    public override ScalarType Type => Values.dtype;

    public override long Bytes => new[] { Values, Bits }.Sum(static part => part.numel() * part.element_size());

    public override long StoredCount => Values.numel();

    public override (int Rows, int Columns) Shape { get; }

    /// <summary>[rows, columns / 2].</summary>
    public Tensor Values { get; }

    /// <summary>uint8 [rows, ceil(columns / 8)], the lowest bit first.</summary>
    public Tensor Bits { get; }

    /// <summary>Compresses a dense weight [out, in].</summary>
    /// <exception cref="ArgumentException">Another type or device than float32 or bfloat16 on the CPU, or a group of four with more than two
    /// numbers.</exception>
    public static SemiStructuredStorage Compress(Tensor weight)
    {
        CpuTensor.Require(weight, SparseKernel.SemiStructured);
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        RequirePattern(weight);
        var zero = weight.eq(0).view(-1, Group);
        var missing = zero.sum(dim: 1, keepdim: true).sub(Group - Kept);
        var stored = zero.logical_not().logical_or(zero.cumsum(1).le(missing)).view(weight.shape);

        // A zero that is stored has no sign.
        var values = weight.masked_select(stored);
        values.masked_fill_(values.eq(0), 0);
        return new(values.view(weight.shape[0], weight.shape[1] * Kept / Group), BitRows.Pack(stored));
    }

    /// <summary>Takes what <see cref="Values"/> and <see cref="Bits"/> are, from a checkpoint.</summary>
    public static SemiStructuredStorage Of(Tensor values, Tensor bits)
    {
        using var scope = NewDisposeScope();
        return new(values, bits);
    }

    public override Tensor ToDense()
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        return zeros([Shape.Rows, Shape.Columns], dtype: Type).masked_scatter_(BitRows.Unpack(Bits, Shape.Columns), Values).MoveToOuterDisposeScope();
    }

    public override void Dispose()
    {
        Values.Dispose();
        Bits.Dispose();
    }

    protected override unsafe void Run<TValue>(TValue* x, int count, in ProductOutput<TValue> output, ProductKernel kernel, int threads)
    {
        var rows = new BitmaskRows<TValue>(
            Shape.Rows, Shape.Columns, CpuTensor.Address<TValue>(Values), CpuTensor.Address<byte>(Bits), Shape.Columns * Kept / Group);
        SparseProduct.Run(rows, x, count, output, kernel, threads);
    }

    /// <summary>Requires at most two numbers in every four neighbours.</summary>
    /// <exception cref="ArgumentException">There are more; the message says where first.</exception>
    internal static void RequirePattern(Tensor weight)
    {
        var (rows, columns) = (weight.shape[0], weight.shape[1]);
        if (columns % Group != 0)
        {
            throw new ArgumentException($"The weight is [{rows}, {columns}]; 2:4 needs a number of columns that four divides.", nameof(weight));
        }

        using var scope = NewDisposeScope();
        var full = weight.ne(0).view(-1, Group).sum(dim: 1).gt(Kept);
        if (full.any().item<bool>())
        {
            var first = full.nonzero()[0, 0].item<long>() * Group;
            throw new ArgumentException(
                $"Row {first / columns} of the weight has more than two numbers in the columns {first % columns} to {(first % columns) + Group - 1}, which 2:4 "
                + "cannot hold; prune with [SemiStructured(2, 4)], or take the kernel Bitmask.",
                nameof(weight));
        }
    }
}
