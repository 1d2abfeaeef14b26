using CompressDsl.CodeFixes;
using static CompressDsl.Analyzers.Tests.AttentionSources;

namespace CompressDsl.Analyzers.Tests;

public class AttentionHeadsMustAgreeTests
{
    private const string Id = "CDSL5009";
    private const string Match = "MatchAttention(\"attention\")";

    [Theory]
    [InlineData("[|MatchAttention(\"attention\")|]")]
    [InlineData("[|MatchAttention(nameof(Teacher.attention), Loss = AttentionLoss.MeanSquared)|]")]
    public async Task Different_head_counts_are_reported_on_the_attribute(string attribute)
    {
        var found = await Verify.ReportsAsync(Id, Pair(attribute));
        Assert.StartsWith("'attention' has 4 heads and 'attention' of the teacher 'Teacher' has 8", found[0].Message());
    }

    [Theory]
    [InlineData("new Attention(heads: 8, width: 64)", "new Attention(64)")]
    [InlineData("new(64, 2 * 4)", "new(64, 4)")]
    public Task Head_counts_are_seen_in_the_arguments_of_constructors(string ofTeacher, string ofStudent)
        => Verify.ReportsAsync(Id, Pair($"[|{Match}|]", ofTeacher, ofStudent));

    [Fact]
    public Task Head_counts_are_followed_through_blocks_and_lists()
        => Verify.ReportsAsync(
            Id, Pair($"[|{Match}|]", "new(new Block(8), new Block(8))", "new(Enumerable.Range(0, 2).Select(_ => new Block(4)).ToArray())", type: "ModuleList<Block>", more: Block));

    [Theory]
    [InlineData("new Attention(64, 8)", "new Attention(64, 8)")]
    [InlineData("new Attention(64, int.Parse(\"8\"))", "new Attention(64, 4)")]
    [InlineData("Environment.ProcessorCount > 8 ? new Attention(64, 8) : new Attention(64, 4)", "new Attention(64, 2)")]
    public Task Equal_and_unknown_head_counts_are_quiet(string ofTeacher, string ofStudent) => Verify.IsQuietAsync(Pair(Match, ofTeacher, ofStudent));

    [Theory]
    [InlineData("this.heads = this.heads;")]
    [InlineData("this.heads = size; size = this.heads;")]
    public Task Head_count_that_is_set_from_itself_is_unknown(string assignment) => Verify.IsQuietAsync(Pair(Match).Replace("this.heads = heads;", assignment));

    [Fact]
    public Task Relations_need_no_equal_head_counts() => Verify.IsQuietAsync(Pair("MatchAttention(\"attention\", Loss = AttentionLoss.Relation)"));

    [Fact]
    public Task Fix_uses_relations()
        => new VerifyFix(Id, new UseRelation()).ChangesAsync(Pair(Match), Pair("MatchAttention(\"attention\", Loss = AttentionLoss.Relation)"));

    [Fact]
    public Task Fix_keeps_what_else_is_said_everywhere()
        => new VerifyFix(Id, new UseRelation()).ChangesAllAsync(
            [Pair("MatchAttention(\"attention\", Loss = AttentionLoss.MeanSquared, Weight = 3), MatchAttention(\"attention\")")],
            [Pair("MatchAttention(\"attention\", Loss = AttentionLoss.Relation, Weight = 3), MatchAttention(\"attention\", Loss = AttentionLoss.Relation)")]);

    [Fact]
    public async Task Without_layers_for_queries_keys_and_values_no_fix_is_offered()
        => Assert.Empty(await new VerifyFix(Id, new UseRelation()).TitlesAsync(Pair(Match).Replace("q_proj", "first")));
}
