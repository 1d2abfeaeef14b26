using static TorchSharp.torch;

namespace CompressDsl.Tests;

public sealed class SingleWorkerTests
{
    [Fact]
    public void Sum_over_one_is_what_it_was()
    {
        using var values = tensor(new[] { 1.5, -2 });
        SingleWorker.Instance.Sum(values);
        Assert.Equal([1.5, -2], values.data<double>().ToArray());
        Assert.Equal(7, SingleWorker.Instance.Sum(7));
        Assert.Equal((1, 0), (SingleWorker.Instance.Count, SingleWorker.Instance.Rank));
    }
}
