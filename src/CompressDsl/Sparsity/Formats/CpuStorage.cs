using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A storage whose kernels are those of this library, on the CPU, in float32 or bfloat16 with float32 sums.</summary>
internal abstract class CpuStorage : SparseStorage
{
    /// <inheritdoc/>
    public override long Bytes => Parts.Sum(static part => part.numel() * part.element_size());

    /// <summary>What it is made of, all its own.</summary>
    protected abstract IReadOnlyList<Tensor> Parts { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ProductKernel> Kernels => [ProductKernel.Dot, ProductKernel.Walk, ProductKernel.Tile];

    /// <inheritdoc/>
    public override Device Device => CPU;

    /// <inheritdoc/>
    public override unsafe Tensor Linear(Tensor input, Tensor? bias, FusedActivation activation, ProductKernel kernel)
    {
        Require(input, nameof(input));
        if (bias is not null)
        {
            Require(bias, nameof(bias));
        }

        using var scope = NewDisposeScope();
        var (rows, columns) = Shape;
        if (input.shape[1] != columns)
        {
            throw new ArgumentException($"The input has {input.shape[1]} numbers a row; the weight [{rows}, {columns}] takes {columns}.", nameof(input));
        }

        var count = checked((int)input.shape[0]);
        var output = empty([count, rows], dtype: Type);
        if (count == 0)
        {
            return output.MoveToOuterDisposeScope();
        }

        var (x, added) = (input.detach().contiguous(), bias?.detach().contiguous());
        if (Type == ScalarType.BFloat16)
        {
            Run<BFloat16>(x, count, added, activation, output, kernel);
        }
        else
        {
            Run<float>(x, count, added, activation, output, kernel);
        }

        return output.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (var part in Parts)
        {
            part.Dispose();
        }
    }

    /// <summary>Lets a kernel run.</summary>
    protected abstract unsafe void Run<TValue>(TValue* x, int count, in ProductOutput<TValue> output, ProductKernel kernel, int threads)
        where TValue : unmanaged;

    private unsafe void Run<TValue>(Tensor x, int count, Tensor? bias, FusedActivation activation, Tensor output, ProductKernel kernel)
        where TValue : unmanaged
    {
        var added = bias is null ? null : CpuTensor.Address<TValue>(bias);
        var target = new ProductOutput<TValue>(CpuTensor.Address<TValue>(output), Shape.Rows, added, activation);
        Run(CpuTensor.Address<TValue>(x), count, target, kernel, get_num_threads());
    }

    private void Require(Tensor tensor, string name)
    {
        if (tensor.dtype != Type || tensor.device_type != TorchSharp.DeviceType.CPU)
        {
            throw new ArgumentException($"The {name} is {tensor.dtype} on {tensor.device}; the weight, in {Kernel} storage, is {Type} on the CPU.", name);
        }
    }
}
