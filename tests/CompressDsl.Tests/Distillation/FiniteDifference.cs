using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Gradients against central differences, in float64.</summary>
internal static class FiniteDifference
{
    private const double Step = 1e-6;

    /// <summary>Asserts that the gradient of a scalar is what its value does when an element moves.</summary>
    public static void AssertGradient(Func<Tensor, Tensor> value, Tensor at, double tolerance = 1e-6)
    {
        using var scope = NewDisposeScope();
        var leaf = at.to(ScalarType.Float64).detach().clone().requires_grad_();
        value(leaf).backward();
        var gradient = leaf.grad!.flatten().data<double>().ToArray();
        for (var i = 0; i < gradient.Length; i++)
        {
            using var inner = NewDisposeScope();
            Assert.Equal((Moved(i, Step) - Moved(i, -Step)) / (2 * Step), gradient[i], tolerance);
        }

        double Moved(int element, double by)
        {
            var moved = leaf.detach().clone();
            moved.flatten()[element] += by;
            return value(moved).ToDouble();
        }
    }
}
