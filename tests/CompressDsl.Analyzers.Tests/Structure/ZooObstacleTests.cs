using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers.Tests;

/// <summary>CDSL3003, 3005 and 3006 on the models of the zoo in which a comment stands at what is to blame.</summary>
public partial class ZooObstacleTests
{
    // What is annotated, and the squiggles; none where the model has nothing in it that hides channels.
    private static readonly Dictionary<string, (string Attribute, string? Field, string[] Squiggles)> Expected = new()
    {
        ["FourierOverChannels"] = ("PruneChannels(0.5)", "up", ["torch.fft.fft_(h)"]),
        ["SoftmaxOverChannels"] = ("PruneChannels(0.5)", "up", ["functional.softmax(h, -1)"]),
        ["SortOverChannels"] = ("PruneChannels(0.5)", "up", ["h.sort(1)"]),
        ["TopChannels"] = ("PruneChannels(0.5)", "up", ["h.topk(4, dim: -1)"]),
        ["SumsOverChannels"] = ("PruneChannels(0.5)", "up", ["h.relu().cumsum(1)"]),
        ["SumOfSigmoids"] = ("PruneChannels(0.5)", "up", ["h.sum(-1, keepdim: true)"]),
        ["LogOfChannels"] = ("PruneChannels(0.5)", "up", ["h.log()"]),
        ["DelegateActivation"] = ("PruneChannels(0.5)", "up", ["activation(up.call(x))"]),
        ["StandardisedWeight"] = ("PruneChannels(0.5)", "up", ["weight.mean([1], keepdim: true)"]),
        ["LiteralChannel"] = ("PruneChannels(0.5)", "up", ["h[.., 3]"]),
        ["LiteralSplit"] = ("PruneChannels(0.5)", "both", ["32"]),
        ["LiteralFlatten"] = ("PruneChannels(0.5)", "conv", ["8 * 4 * 4"]),
        ["EitherLayer"] = ("PruneChannels(0.5)", "wide", []),
        ["ChannelShuffle"] = ("PruneChannels(0.5)", "before", []),
        ["LiteralHeads"] = ("PruneHeads(0.5)", null, ["4", "32"]),
        ["WidthOfInput"] = ("PruneHeads(0.5)", null, ["width / heads", "width / heads", "width / heads", "width"]),

        // The hidden size is a field, and the only thing that it counts there are the heads.
        ["HeadSizeInForward"] = ("PruneHeads(0.5)", null, []),
    };

    public static TheoryData<string> Names => [.. Expected.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task Squiggle_stands_at_what_is_to_blame(string name) => CheckAsync(name, Expected[name].Field);

    [Theory]
    [MemberData(nameof(Names))]
    public Task Attribute_of_the_class_finds_the_same(string name) => CheckAsync(name, field: null);

    [Fact]
    public async Task Native_attention_is_reported_on_the_attribute()
    {
        var found = Assert.Single(await AnalyzeAsync("NativeAttention", "PruneHeads(0.5)", field: null));

        Assert.Equal(("CDSL3006", "PruneHeads(0.5)"), (found.Id, TextOf(found)));
    }

    [Fact]
    public void Every_obstacle_of_the_zoo_is_looked_at()
        => Assert.Equal(ZooSource.ObstacleNames.Order(StringComparer.Ordinal), Expected.Keys.Append("NativeAttention").Order(StringComparer.Ordinal));

    private static async Task CheckAsync(string name, string? field)
    {
        var found = await AnalyzeAsync(name, Expected[name].Attribute, field);

        Assert.Equal(Expected[name].Squiggles, found.Select(TextOf));
        Assert.All(found, static diagnostic => Assert.Contains(diagnostic.Id, CommentOf(diagnostic), StringComparison.Ordinal));
    }

    private static async Task<IReadOnlyList<Diagnostic>> AnalyzeAsync(string name, string attribute, string? field)
    {
        var compilation = Consumer.Compile(ZooSource.Obstacle(name, attribute, field));
        Assert.Empty(Consumer.FindErrors(compilation));

        return await Consumer.AnalyzeAsync(compilation);
    }

    private static string TextOf(Diagnostic diagnostic) => diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan);

    // What the line of a squiggle ends with.
    private static string CommentOf(Diagnostic diagnostic)
        => Comment().Match(diagnostic.Location.SourceTree!.GetText().Lines.GetLineFromPosition(diagnostic.Location.SourceSpan.Start).ToString()).Value;

    [GeneratedRegex("//.*")]
    private static partial Regex Comment();
}
