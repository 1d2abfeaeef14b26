using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The numbers that are not zero, row after row, and one bit a weight: half of float32 weights takes 0.53 of dense. In memory as compressed-tensors'
/// "sparse-bitmask" has it on disk.
/// </summary>
internal sealed class BitmaskStorage : CpuStorage
{
    private BitmaskStorage(Tensor values, Tensor bits, Tensor offsets, (int Rows, int Columns) shape)
    {
        (Values, Bits, Offsets, Shape) = (CpuTensor.WithRoom(values), CpuTensor.WithRoom(bits), CpuTensor.WithRoom(offsets), shape);
        foreach (var part in new[] { Values, Bits, Offsets })
        {
            part.DetachFromDisposeScope();
        }
    }

    public override SparseKernel Kernel => SparseKernel.Bitmask;

    public override ScalarType Type => Values.dtype;

    public override long Bytes => new[] { Values, Bits, Offsets }.Sum(static part => part.numel() * part.element_size());

    public override long StoredCount => Values.numel();

    public override (int Rows, int Columns) Shape { get; }

    /// <summary>[stored].</summary>
    public Tensor Values { get; }

    /// <summary>uint8 [rows, ceil(columns / 8)], the lowest bit first.</summary>
    public Tensor Bits { get; }

    /// <summary>int64 [rows + 1]: how many numbers stand before each row, and in all.</summary>
    public Tensor Offsets { get; }

    /// <summary>Compresses a dense weight [out, in].</summary>
    /// <exception cref="ArgumentException">Another type or device than float32 or bfloat16 on the CPU.</exception>
    public static BitmaskStorage Compress(Tensor weight)
    {
        CpuTensor.Require(weight, SparseKernel.Bitmask);
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        var stored = weight.ne(0);
        return new(weight.masked_select(stored), BitRows.Pack(stored), RowOffsets.Of(stored), ((int)weight.shape[0], (int)weight.shape[1]));
    }

    /// <summary>Takes what <see cref="Values"/>, <see cref="Bits"/> and <see cref="Offsets"/> are, from a checkpoint.</summary>
    public static BitmaskStorage Of(Tensor values, Tensor bits, Tensor offsets, (int Rows, int Columns) shape)
    {
        using var scope = NewDisposeScope();
        return new(values, bits, offsets, shape);
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
        Offsets.Dispose();
    }

    protected override unsafe void Run<TValue>(TValue* x, int count, in ProductOutput<TValue> output, ProductKernel kernel, int threads)
    {
        var rows = new BitmaskRows<TValue>(
            Shape.Rows, Shape.Columns, CpuTensor.Address<TValue>(Values), CpuTensor.Address<byte>(Bits), CpuTensor.Address<long>(Offsets));
        SparseProduct.Run(rows, x, count, output, kernel, threads);
    }
}
