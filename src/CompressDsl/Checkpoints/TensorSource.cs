using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A tensor of a safetensors file that is to be written, and how it is made when its turn comes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Dtype">Its dtype in the file.</param>
/// <param name="Shape">Its shape in the file.</param>
/// <param name="Make">Makes it, of just that dtype and shape, in the current dispose scope.</param>
internal sealed record TensorSource(string Name, SafeTensorsDtype Dtype, IReadOnlyList<long> Shape, Func<Tensor> Make)
{
    /// <summary>How many bytes it takes in the file.</summary>
    public long Bytes => Shape.Aggregate(1L, static (product, size) => product * size) * Dtype.Bits / 8;
}
