namespace CompressDsl.Integration.Tests.Examples;

/// <summary>Pre-training and on-policy distillation, with hardly any steps: everything runs, and every figure is one.</summary>
public sealed class DistillingTests : IDisposable
{
    private readonly Example _example = new("Distilling");

    public void Dispose() => _example.Dispose();

    [Fact]
    public void Pretraining_with_a_teacher_and_without()
    {
        var row = Assert.Single(_example.Figures("pretraining", "--quick", "--seeds", "4").EnumerateArray());

        Assert.Equal(4, row.GetProperty("seed").GetInt32());
        Assert.All(["fromText", "withTeacher"], name => Assert.InRange(row.GetProperty(name).GetDouble(), 1, 8));
        Assert.Equal(0.7, (double)row.GetProperty("tokensWithTeacher").GetInt64() / row.GetProperty("tokens").GetInt64(), 0.02);
    }

    [Fact]
    public void Learning_on_ones_own_text()
    {
        var row = Assert.Single(_example.Figures("onpolicy", "--quick", "--seeds", "4").EnumerateArray());

        foreach (var name in (string[])["start", "offline", "onPolicy", "offlineReverse"])
        {
            var judged = row.GetProperty(name);
            var (teacher, own) = (judged.GetProperty("perplexity").GetDouble(), judged.GetProperty("ownPerplexity").GetDouble());
            Assert.InRange(own, 1, 256);
            Assert.InRange(judged.GetProperty("bitsPerByte").GetDouble(), 1, 8);
            Assert.Equal(Math.Log(teacher / own), judged.GetProperty("divergence").GetDouble(), 6);
        }
    }

    [Theory]
    [InlineData("pretraining")]
    [InlineData("onpolicy")]
    public void Wrong_path_is_named_before_any_work(string command)
    {
        Assert.Contains("no-such-folder", _example.Error(command, "--json", "no-such-folder/figures.json"), StringComparison.Ordinal);
        Assert.Contains("no-such-text", _example.Error(command, "--corpus", "no-such-text"), StringComparison.Ordinal);
    }
}
