namespace CompressDsl.Integration.Tests.Examples;

/// <summary><c>bench</c> and <c>kernels</c> of examples/Llama, on a small model.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly Example llama = new("Llama");

    public void Dispose() => llama.Dispose();

    /// <summary>The compact model reads a prompt and goes on token by token, with what it remembers; the dense one reads all at once.</summary>
    [Theory]
    [InlineData("bitmask")]
    [InlineData("2:4")]
    [InlineData("csr")]
    public void Bench_GivesTheLogitsOfTheDenseModel(string kernel)
    {
        var figures = llama.Figures("bench", "--shape", "tiny", "--kernel", kernel, "--prompt", "12", "--tokens", "3", "--rounds", "2");

        Assert.InRange(figures.GetProperty("logitDifference").GetDouble(), 0, 1e-4);
        Assert.InRange(figures.GetProperty("largestLogit").GetDouble(), 0.01, 100);
        Assert.Equal(0.5, figures.GetProperty("sparsity").GetDouble(), 2);
        Assert.Equal(figures.GetProperty("storage").GetProperty("layers").GetInt32(), figures.GetProperty("storage").GetProperty("compact").GetInt32());
        Assert.True(figures.GetProperty("decode").GetProperty("compactTokensPerSecond").GetDouble() > 0);

        var measured = llama.Figures("kernels").GetProperty("timings");
        Assert.All(measured.EnumerateArray(), static timing => Assert.True(timing.GetProperty("dense").GetDouble() > 0));
        Assert.NotEmpty(measured.EnumerateArray());
        Assert.Empty(llama.Figures("kernels", "--clear").GetProperty("timings").EnumerateArray());
    }

    [Fact]
    public void Bench_RefusesAnotherSparsityWithTwoOfFour() =>
        Assert.Contains("--sparsity is 0.7", llama.Error("bench", "--shape", "tiny", "--kernel", "2:4", "--sparsity", "0.7"));
}
