using System.Text.Json;

namespace CompressDsl.Integration.Tests.Examples;

/// <summary>The two recipes for an encoder, with hardly any steps: everything runs, and every figure is one.</summary>
public sealed class DistilBertTests : IDisposable
{
    private readonly Example _example = new("DistilBert");

    public void Dispose() => _example.Dispose();

    [Fact]
    public void Half_the_layers()
    {
        var figures = _example.Figures("--quick", "--seeds", "4");
        var row = Assert.Single(figures.GetProperty("seeds").EnumerateArray());

        Assert.Equal(4, row.GetProperty("seed").GetInt32());
        Assert.All(["teacher", "distilled", "fromLabels"], name => Assert.InRange(row.GetProperty(name).GetDouble(), 0.001, 1));
        Assert.Equal(Share(row.GetProperty("distilled"), row.GetProperty("teacher")), row.GetProperty("kept").GetDouble(), 6);
        Assert.InRange(Share(row.GetProperty("parameters"), row.GetProperty("teacherParameters")), 0.5, 0.8);
        Assert.True(row.GetProperty("speedup").GetDouble() > 1);

        // The shapes that the papers have.
        var shapes = figures.GetProperty("shapes");
        Assert.Equal(109_482_240 + 0.0, shapes.GetProperty("teacherParameters").GetDouble(), 1e5);
        Assert.InRange(Share(shapes.GetProperty("parameters"), shapes.GetProperty("teacherParameters")), 0.58, 0.63);
    }

    [Fact]
    public void Half_the_heads_and_channels()
    {
        var row = Assert.Single(_example.Figures("prune", "--quick", "--seeds", "4").EnumerateArray());

        Assert.All(
            ["teacher", "shrunk", "distilled", "fromLabels", "fromScratch"], name => Assert.InRange(row.GetProperty(name).GetDouble(), 0.001, 1));

        // Half of every attention and every feed-forward network; the embeddings stay.
        Assert.InRange(Share(row.GetProperty("parameters"), row.GetProperty("teacherParameters")), 0.6, 0.75);
        Assert.True(row.GetProperty("speedup").GetDouble() > 1);
    }

    [Fact]
    public void Wrong_folder_is_named_before_any_work()
        => Assert.Contains("no-such-folder", _example.Error("--json", "no-such-folder/figures.json"), StringComparison.Ordinal);

    private static double Share(JsonElement part, JsonElement whole) => part.GetDouble() / whole.GetDouble();
}
