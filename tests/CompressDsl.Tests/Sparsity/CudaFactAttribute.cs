using static TorchSharp.torch;

namespace CompressDsl.Tests.Sparsity;

/// <summary>A test that needs a GPU.</summary>
internal sealed class CudaFactAttribute : FactAttribute
{
    public CudaFactAttribute() => Skip = cuda.is_available() ? null! : "skipped: no CUDA device";
}
