using static TorchSharp.torch;

namespace CompressDsl.Tests.Sparsity;

/// <summary>2:4 on the sparse tensor cores.</summary>
public sealed class CudaSemiStructuredTests
{
    [CudaFact]
    public void A_layer_on_the_sparse_tensor_cores_is_the_dense_layer()
    {
        using var scope = NewDisposeScope();
        using var layer = new SparseLinear(256, 128, kernel: SparseKernel.SemiStructured, device: CUDA, dtype: ScalarType.Float16);
        using (no_grad())
        {
            layer.weight.view(-1, 4).narrow(1, 1, 2).zero_();
        }

        layer.eval();
        var x = randn(5, 256, device: CUDA, dtype: ScalarType.Float16);
        var (expected, weight) = (layer.call(x), layer.weight.detach().clone());
        layer.Compact();
        Assert.True(layer.WeightBytes < 256 * 128 * 2 * 0.7);
        Assert.True(layer.call(x).allclose(expected, 1e-2, 1e-2));
        layer.Densify();
        Assert.True(layer.weight.Equals(weight));
    }

    [CudaFact]
    public void What_the_sparse_tensor_cores_cannot_do_stays_dense_and_the_report_says_why()
    {
        using var model = nn.Sequential(
            ("type", new SparseLinear(256, 128, kernel: SparseKernel.SemiStructured, device: CUDA)),
            ("shape", new SparseLinear(100, 100, kernel: SparseKernel.SemiStructured, device: CUDA, dtype: ScalarType.Float16)));
        var report = model.Compact();
        Assert.All(report.Layers, static layer => Assert.Equal(SparseKernel.None, layer.Storage));
        Assert.Contains("Float32", report.Layers[0].Why);
        Assert.Contains("multiples of 16", report.Layers[1].Why);
    }

    [Fact]
    public void The_types_and_shapes_of_the_sparse_tensor_cores_are_known_without_one()
    {
        using var scope = NewDisposeScope();
        Assert.Null(CudaSemiStructuredStorage.WhyNot(zeros(32, 64, dtype: ScalarType.Float16)));
        Assert.Null(CudaSemiStructuredStorage.WhyNot(zeros(32, 64, dtype: ScalarType.BFloat16)));
        Assert.Contains("Float32", CudaSemiStructuredStorage.WhyNot(zeros(32, 64)));
        Assert.Contains("[32, 68]", CudaSemiStructuredStorage.WhyNot(zeros(32, 68, dtype: ScalarType.Float16)));
    }

    [Fact]
    public void The_operators_behind_it_are_in_this_libtorch()
    {
        using var weight = zeros(32, 64, dtype: ScalarType.Float16);
        var error = Assert.ThrowsAny<Exception>(() => new CudaSemiStructuredStorage(weight).Dispose());

        // Found by name, and refused for the CPU.
        Assert.Contains("_cslt_compress", error.Message);
        Assert.Contains("CPU", error.Message);
    }
}
