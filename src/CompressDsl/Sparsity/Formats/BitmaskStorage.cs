using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The numbers that are not zero, row after row, and one bit a weight: half of float32 weights takes 0.53 of dense. In memory as compressed-tensors'
/// "sparse-bitmask" has it on disk.
/// </summary>
internal sealed class BitmaskStorage : CpuStorage
{
    private BitmaskStorage(CompressedWeight weight)
    {
        using var scope = NewDisposeScope();
        var stored = new[] { weight.Values.numel() };
        Shape = weight.Shape;
        Values = CpuTensor.WithRoom(weight.Values).DetachFromDisposeScope();
        Bits = CpuTensor.WithRoom(weight.Bits).DetachFromDisposeScope();
        Offsets = CpuTensor.WithRoom(cat([weight.Offsets!, tensor(stored)])).DetachFromDisposeScope();
    }

    public override SparseKernel Kernel => SparseKernel.Bitmask;

    public override ScalarType Type => Values.dtype;

    protected override IReadOnlyList<Tensor> Parts => [Values, Bits, Offsets];

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
        using var scope = NewDisposeScope();
        return new(CompressedWeight.Compress(weight, CompressedFormat.SparseBitmask));
    }

    /// <summary>Takes copies of what a checkpoint has, as it is: float32 or bfloat16 in the layout sparse-bitmask, whose bits and offsets agree.</summary>
    public static BitmaskStorage Of(CompressedWeight weight)
    {
        CpuTensor.Require(weight.Values, SparseKernel.Bitmask);
        return new(weight);
    }

    public override CompressedWeight ToCompressed() => new(CompressedFormat.SparseBitmask, Shape, Values, Bits, Offsets.narrow(0, 0, Shape.Rows));

    protected override unsafe void Run<TValue>(TValue* x, int count, in ProductOutput<TValue> output, ProductKernel kernel, int threads)
    {
        var rows = new BitmaskRows<TValue>(
            Shape.Rows, Shape.Columns, CpuTensor.Address<TValue>(Values), CpuTensor.Address<byte>(Bits), CpuTensor.Address<long>(Offsets));
        SparseProduct.Run(rows, x, count, output, kernel, threads);
    }
}
