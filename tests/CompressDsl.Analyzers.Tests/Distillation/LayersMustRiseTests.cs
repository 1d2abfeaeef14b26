using static CompressDsl.Analyzers.Tests.MatchSources;

namespace CompressDsl.Analyzers.Tests;

public class LayersMustRiseTests
{
    private const string Id = "CDSL5010";

    [Theory]
    [InlineData("0, 1, 1", "has 3 numbers")]
    [InlineData("0, -1", "names layer -1")]
    [InlineData("0, 1, 1, 1", "names layer 1 twice")]
    [InlineData("1, 0, 0, 1", "names layer 0 after layer 1")]
    public async Task Layers_that_do_not_rise_are_reported(string pairs, string message)
    {
        var found = await Verify.ReportsAsync(Id, Pair($"MatchHidden(\"layers\", [|Pairs = new[] {{ {pairs} }}|])"));
        Assert.Contains(message, found[0].Message());
    }

    [Fact]
    public async Task Layers_of_a_start_are_reported_too()
    {
        var found = await Verify.ReportsAsync(Id, Pair("MatchHidden(\"layers\")", "InitializeFrom(typeof(Teacher), [|Layers = new[] { 3, 0 }|])"));
        Assert.Contains("Layers names layer 0 after layer 3", found[0].Message());
    }

    [Fact]
    public Task Layers_that_rise_are_quiet()
        => Verify.IsQuietAsync(Pair("MatchHidden(\"layers\", Pairs = new[] { 0, 1, 1, 3 })", "InitializeFrom(typeof(Teacher), Layers = new[] { 0, 3 })"));
}
