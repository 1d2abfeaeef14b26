using static TorchSharp.torch;

namespace CompressDsl.Tests.Pruning;

/// <summary>Weights in and out of tests, and what a slow, obvious pruner makes of them.</summary>
internal static class Weights
{
    /// <summary>Overwrites a parameter.</summary>
    public static void Fill(Tensor parameter, params float[] values)
    {
        using var gradientsOff = no_grad();
        using var source = tensor(values).reshape(parameter.shape);
        parameter.copy_(source);
    }

    /// <summary>Draws every parameter of a module anew: the same seed gives the same numbers.</summary>
    public static void Draw(nn.Module module, int seed)
    {
        using var gradientsOff = no_grad();
        using var generator = new Generator((ulong)seed);
        foreach (var parameter in module.parameters())
        {
            parameter.normal_(0, 0.4, generator);
        }
    }

    /// <summary>The numbers, in float32, in the order in which they are stored.</summary>
    public static float[] Floats(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.numel() == 0 ? [] : tensor.detach().cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();
    }

    /// <summary>Where it is true, as places in the order in which it is stored.</summary>
    public static int[] Places(this Tensor mask)
    {
        using var flat = mask.cpu().contiguous();
        return [.. flat.data<bool>().ToArray().Index().Where(static pair => pair.Item).Select(static pair => pair.Index)];
    }

    /// <summary>
    /// The places of the <paramref name="count"/> smallest absolute values of those at <paramref name="among"/>, equal ones in their order.
    /// </summary>
    public static IEnumerable<int> Smallest(float[] weights, IEnumerable<int> among, int count) =>
        among.OrderBy(place => MathF.Abs(weights[place])).ThenBy(static place => place).Take(count);

    /// <summary>How many of a tensor's numbers are not zero.</summary>
    public static long NonZeros(this Tensor tensor)
    {
        using var count = tensor.count_nonzero();
        return count.item<long>();
    }
}
