using static TorchSharp.torch;

namespace Company.Compressed1;

/// <summary>Data to begin with: points of the plane on three spirals that wind around each other.</summary>
public static class Spirals
{
    /// <summary>How many spirals there are.</summary>
    public const int Count = 3;

    /// <summary>Batches of 256 points: [256, 2], and the spiral of each: [256], int64.</summary>
    public static (Tensor Points, Tensor Labels)[] Batches(int count, Device device) => [.. Enumerable.Range(0, count).Select(_ => Batch(256, device))];

    /// <summary>The fraction of the points whose spiral is the one that the model finds likeliest.</summary>
    public static double Accuracy(nn.Module<Tensor, Tensor> model, (Tensor Points, Tensor Labels)[] batches)
    {
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        return batches.Average(batch => model.call(batch.Points).argmax(1).eq(batch.Labels).to(ScalarType.Float32).mean().item<float>());
    }

    private static (Tensor Points, Tensor Labels) Batch(int size, Device device)
    {
        using var scope = NewDisposeScope();
        var labels = randint(0, Count, size, dtype: ScalarType.Int64, device: device);
        var radius = rand(size, device: device);
        var angle = (6 * radius) + (labels * (2 * Math.PI / Count)) + (0.2 * randn(size, device: device));
        var points = stack([radius * angle.cos(), radius * angle.sin()], dim: 1);
        return (points.MoveToOuterDisposeScope(), labels.MoveToOuterDisposeScope());
    }
}
