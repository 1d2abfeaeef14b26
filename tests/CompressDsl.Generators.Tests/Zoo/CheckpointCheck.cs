using static TorchSharp.torch;

namespace CompressDsl.Generators.Tests;

/// <summary>A masked model through a file, then the same shrunk, then what was loaded once more.</summary>
internal static class CheckpointCheck
{
    /// <summary>What is loaded computes the same, bit for bit, and shrinks to the same.</summary>
    /// <param name="model">A masked model.</param>
    /// <param name="run">Runs it.</param>
    /// <param name="create">Makes another of its class, as that was made.</param>
    public static void SurvivesFiles(nn.Module model, Func<nn.Module, Tensor> run, Func<nn.Module> create)
    {
        using var masked = Through(model, create());
        AssertSame(run, model, masked);

        model.Shrink();
        masked.Shrink();
        AssertSame(run, model, masked);

        using var shrunk = Through(model, create());
        AssertSame(run, model, shrunk);
        using var again = Through(shrunk, create());
        AssertSame(run, model, again);
    }

    private static nn.Module Through(nn.Module model, nn.Module other)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            model.Save(path);
            other.Load(path);
            return other;
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void AssertSame(Func<nn.Module, Tensor> run, nn.Module one, nn.Module other)
    {
        Assert.Equal(Shapes(one), Shapes(other));
        Assert.True(run(one).Equals(run(other)), "what comes out is not the same");
    }

    private static Dictionary<string, long[]> Shapes(nn.Module model) => model.state_dict().ToDictionary(static named => named.Key, static named => named.Value.shape);
}
