using static CompressDsl.Analyzers.Tests.AttentionSources;

namespace CompressDsl.Analyzers.Tests;

public class PrunedHeadsCannotBeMatchedTests
{
    private const string Id = "CDSL5011";
    private const string Same = "new Attention(64, 8)";
    private const string Pruned = "[PruneHeads(0.5)] public sealed partial class Attention";

    [Theory]
    [InlineData("[|MatchAttention(\"attention\")|]")]
    [InlineData("[|MatchAttention(\"attention\", Loss = AttentionLoss.MeanSquared)|]")]
    public async Task Maps_of_heads_that_go_are_reported_on_the_attribute(string attribute)
    {
        var found = await Verify.ReportsAsync(Id, Pair(attribute, Same, Same, Pruned));
        Assert.Contains("'attention' are matched head by head, and [PruneHeads] takes heads away in 'Attention'", found[0].Message());
    }

    [Fact]
    public Task Attention_inside_of_a_list_of_blocks_is_found()
        => Verify.ReportsAsync(Id, Pair("[|MatchAttention(\"attention\")|]", "new(new Block(8))", "new(new Block(8))", Pruned, "ModuleList<Block>", Block));

    [Theory]
    [InlineData("MatchAttention(\"attention\", Loss = AttentionLoss.Relation)", Pruned)]
    [InlineData("MatchHidden(\"attention\")", Pruned)]
    [InlineData("MatchAttention(\"attention\")", "[SemiStructured(2, 4)] public sealed partial class Attention")]
    public Task Relations_hidden_states_and_heads_that_stay_are_quiet(string attribute, string declaration)
        => Verify.IsQuietAsync(Pair(attribute, Same, Same, declaration));
}
