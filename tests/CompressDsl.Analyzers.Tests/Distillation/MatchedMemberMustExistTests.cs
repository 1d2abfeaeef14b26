using static CompressDsl.Analyzers.Tests.MatchSources;

namespace CompressDsl.Analyzers.Tests;

public class MatchedMemberMustExistTests
{
    private const string Id = "CDSL5008";

    [Theory]
    [InlineData("MatchHidden([|\"layerz\"|])", "has no field or property 'layerz'")]
    [InlineData("MatchHidden([|\"name\"|])", "is no module that can be called")]
    [InlineData("MatchHidden([|\"head\"|])", "it is one layer and 'layers' of 'Student' is a list")]
    [InlineData("MatchAttention([|\"layers\"|])", "no attention map can be seen in 'Linear'")]
    [InlineData("MatchAttention([|\"layers\"|], Loss = AttentionLoss.Relation)", "no layers for queries, keys and values")]
    [InlineData("MatchHidden(\"layers\", [|Teacher = typeof(Student)|])", "'Student' is no teacher of 'Student'")]
    public async Task Member_that_cannot_be_matched_is_reported(string attribute, string message)
    {
        var found = await Consumer.AnalyzeAsync(Consumer.Compile(Pair(attribute.Replace("[|", "").Replace("|]", ""))));
        Assert.Contains(found, diagnostic => diagnostic.Id == Id && diagnostic.Message().Contains(message, StringComparison.Ordinal));
    }

    [Fact]
    public Task Report_stands_on_the_name() => Verify.ReportsAsync(Id, Pair("MatchHidden([|\"layerz\"|])"));

    [Theory]
    [InlineData("MatchHidden(nameof(Teacher.layers))")]
    [InlineData("MatchHidden(\"layers\", Teacher = typeof(Teacher), Weight = 0.5)")]
    [InlineData("MatchHidden(\"inner.layers\")")]
    public Task Member_that_is_there_is_quiet(string attribute) => Verify.IsQuietAsync(Pair(attribute));

    [Fact]
    public Task Attribute_that_does_not_compile_is_not_judged() => Verify.IsQuietOnBrokenAsync(Pair("MatchHidden(layerz)"));
}
