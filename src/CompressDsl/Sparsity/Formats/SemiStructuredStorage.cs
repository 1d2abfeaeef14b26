using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// 2:4: two numbers of every four neighbours along the input dimension, and one bit a weight. In memory as compressed-tensors' "sparse-24-bitmask" has it on
/// disk. Where fewer than two of four are not zero, zeros are stored.
/// </summary>
internal sealed class SemiStructuredStorage : CpuStorage
{
    private SemiStructuredStorage(CompressedWeight weight)
    {
        Shape = weight.Shape;
        Values = CpuTensor.WithRoom(weight.Values).DetachFromDisposeScope();
        Bits = CpuTensor.WithRoom(weight.Bits).DetachFromDisposeScope();
    }

    public override SparseKernel Kernel => SparseKernel.SemiStructured;

    public override ScalarType Type => Values.dtype;

    protected override IReadOnlyList<Tensor> Parts => [Values, Bits];

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
        using var scope = NewDisposeScope();
        return new(CompressedWeight.Compress(weight, CompressedFormat.Sparse24Bitmask));
    }

    /// <summary>Takes copies of what a checkpoint has, as it is: float32 or bfloat16 in the layout sparse-24-bitmask, two bits a group.</summary>
    public static SemiStructuredStorage Of(CompressedWeight weight)
    {
        CpuTensor.Require(weight.Values, SparseKernel.SemiStructured);
        return new(weight);
    }

    public override CompressedWeight ToCompressed() => new(CompressedFormat.Sparse24Bitmask, Shape, Values, Bits, null);

    protected override unsafe void Run<TValue>(TValue* x, int count, in ProductOutput<TValue> output, ProductKernel kernel, int threads)
    {
        var rows = new BitmaskRows<TValue>(
            Shape.Rows, Shape.Columns, CpuTensor.Address<TValue>(Values), CpuTensor.Address<byte>(Bits), Shape.Columns * CompressedWeight.Kept / CompressedWeight.Group);
        SparseProduct.Run(rows, x, count, output, kernel, threads);
    }
}
