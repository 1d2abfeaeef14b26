using static TorchSharp.torch;

namespace CompressDsl.Tests.Sparsity;

/// <summary>Sizes that are computed against those of storages that are made.</summary>
public sealed class StorageSizeTests
{
    [Theory]
    [InlineData(SparseKernel.Bitmask, ScalarType.Float32)]
    [InlineData(SparseKernel.Bitmask, ScalarType.BFloat16)]
    [InlineData(SparseKernel.SemiStructured, ScalarType.Float32)]
    [InlineData(SparseKernel.SemiStructured, ScalarType.BFloat16)]
    [InlineData(SparseKernel.Csr, ScalarType.Float32)]
    [InlineData(SparseKernel.Csr, ScalarType.BFloat16)]
    [InlineData(SparseKernel.Csr, ScalarType.Float64)]
    public void Size_that_is_computed_is_that_of_the_storage(SparseKernel kernel, ScalarType type)
    {
        foreach (var (rows, columns) in new[] { (7, 20), (1, 4), (3, 8), (16, 68) })
        {
            using var scope = NewDisposeScope();
            using var generator = new Generator((ulong)(rows + columns));
            var groups = rand(rows * columns / 4, 4, generator: generator);
            var weight = groups.add(1).masked_fill(groups.argsort(1).lt(2), 0).masked_fill(groups.lt(0.1), 0).view(rows, columns).to(type);
            using var storage = SparseStorage.Compress(weight, kernel);

            Assert.Equal(storage.Bytes, StorageSize.Of(kernel, rows, columns, weight.count_nonzero().item<long>(), weight.element_size()));
            Assert.Equal(weight.numel() * weight.element_size(), StorageSize.Of(SparseKernel.None, rows, columns, 0, weight.element_size()));
        }
    }
}
