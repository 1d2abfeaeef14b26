using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Sparsity;

/// <summary>The activations of the kernels beside libtorch's, far out too.</summary>
public sealed class ActivationsTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(FusedActivation.Relu)]
    [InlineData(FusedActivation.Silu)]
    [InlineData(FusedActivation.Gelu)]
    public void Every_number_is_activated_as_by_libtorch(FusedActivation activation)
    {
        float[] special = [0, -0f, 1e-30f, -1e-30f, float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN];
        var x = cat([linspace(-120, 120, 20_001), linspace(-6, 6, 20_001), tensor(special)]).unsqueeze(1);
        using var one = SparseStorage.Compress(ones(1, 1), SparseKernel.Bitmask);

        var (actual, expected) = (one.Linear(x, null, activation, ProductKernel.Dot), activation.Of(x.to(ScalarType.Float64)));

        Assert.True(actual.isnan().eq(expected.isnan()).all().item<bool>());
        var error = actual.sub(expected).abs().div(x.abs().add(1));
        var allowed = actual.eq(expected).logical_or(expected.isnan());
        Assert.InRange(error.masked_fill(allowed, 0).max().item<double>(), 0, 2e-7);
    }
}
