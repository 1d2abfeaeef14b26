using static CompressDsl.Analyzers.Tests.StructureSources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>CDSL3002.</summary>
public class QueryHeadsMustFillGroupsTests
{
    private const string Id = "CDSL3002";

    [Theory]
    [InlineData("[PruneHeads([|Keep = 6|])]")]
    [InlineData("[PruneHeads([|Keep = 2|])]")]
    [InlineData("[PruneHeads([|Keep = 7|], Criterion = Criterion.Taylor)]")]
    [InlineData("[PruneHeads(RoundTo = 2, [|Keep = 6|])]")]
    [InlineData("[PruneHeads([|Keep = 6|], Query = nameof(query), Key = nameof(key), Value = nameof(value), Output = nameof(output), Heads = nameof(heads), KeyValueHeads = nameof(shared))]")]
    public Task Groups_that_would_differ_are_reported_on_the_argument(string attribute) => Verify.ReportsAsync(Id, GroupedAttention(attribute));

    [Theory]
    [InlineData("")]
    [InlineData(".repeat_interleave(heads / shared, dim: 1)")]
    [InlineData(".unsqueeze(2).expand(batch, shared, heads / shared, length, size).reshape(batch, heads, length, size)")]
    [InlineData(".Repeat(heads / shared)")]
    public Task Groups_are_found_however_the_shared_heads_are_repeated(string repeat)
        => Verify.ReportsAsync(
            Id,
            GroupedAttention("[PruneHeads([|Keep = 6|])]", repeat: repeat),
            "public static class Heads { public static Tensor Repeat(this Tensor x, int times) => times == 1 ? x : x.repeat_interleave(times, dim: 1); }");

    [Theory]
    [InlineData("private int heads = 8; private int shared = 4; private int groups = 2;", "heads, -1", "shared, -1", ".repeat_interleave(groups, dim: 1)")]
    [InlineData("public int Heads { get; } = 8; public int Shared { get; } = 4;", "Heads, 8", "Shared, 8", ".repeat_interleave(Heads / Shared, dim: 1)")]
    [InlineData("private const int Size = 8; private int heads = 8; private int shared = 4;", "heads, Size", "shared, Size", ".repeat_interleave(heads / shared, dim: 1)")]
    public Task Counts_are_known_from_wherever_they_are_said(string members, string view, string sharedView, string repeat)
        => Verify.ReportsAsync(Id, GroupedAttention("[PruneHeads([|Keep = 6|])]", members, repeat, view, sharedView));

    [Fact]
    public async Task Message_has_the_three_numbers()
    {
        var found = await Verify.ReportsAsync(Id, GroupedAttention("[PruneHeads([|Keep = 6|])]"));

        Assert.Equal(
            "6 of 8 query heads are to be kept, which is no multiple of the 4 key/value heads that they share; every group of query heads must keep as many as the others",
            found[0].Message());
    }

    [Theory]
    [InlineData("[PruneHeads(Keep = 4)]")]
    [InlineData("[PruneHeads(Keep = 8)]")]
    [InlineData("[PruneHeads(0.25)]")]
    [InlineData("[PruneHeads(0.9)]")]
    public Task Whole_groups_and_fractions_are_fine(string attribute) => Verify.IsQuietAsync(GroupedAttention(attribute));

    [Fact]
    public Task One_shared_head_makes_one_group_that_may_keep_any_number()
        => Verify.IsQuietAsync("""
            [PruneHeads(Keep = 3)]
            public sealed partial class Attention() : Module<Tensor, Tensor>("Attention")
            {
                private readonly Linear query = Linear(64, 64);
                private readonly Linear shared = Linear(64, 16);
                private readonly Linear output = Linear(64, 64);
                private int heads = 8;

                public override Tensor forward(Tensor x)
                {
                    var q = query.call(x).view(x.shape[0], x.shape[1], heads, -1).transpose(1, 2);
                    var parts = shared.call(x).unsqueeze(1).chunk(2, -1);
                    return output.call(functional.scaled_dot_product_attention(q, parts[0], parts[1]).transpose(1, 2).flatten(2));
                }
            }
            """);

    [Fact]
    public Task Attention_with_as_many_keys_as_queries_may_keep_any_number() => Verify.IsQuietAsync(Attention("[PruneHeads(Keep = 7)]"));

    [Fact]
    public Task Counts_that_only_the_program_knows_are_not_judged()
        => Verify.IsQuietAsync("""
            [PruneHeads(Keep = 7)]
            public sealed partial class Attention : Module<Tensor, Tensor>
            {
                private readonly Linear query, key, value, output;
                private readonly int heads, shared;

                public Attention(int width, int heads, int shared) : base(nameof(Attention))
                {
                    (this.heads, this.shared) = (heads, shared);
                    query = Linear(width, width);
                    key = Linear(width, width / heads * shared);
                    value = Linear(width, width / heads * shared);
                    output = Linear(width, width);
                    RegisterComponents();
                }

                public override Tensor forward(Tensor x)
                {
                    var (batch, length) = (x.shape[0], x.shape[1]);
                    var q = query.call(x).view(batch, length, heads, -1).transpose(1, 2);
                    var k = key.call(x).view(batch, length, shared, -1).transpose(1, 2).repeat_interleave(heads / shared, dim: 1);
                    var v = value.call(x).view(batch, length, shared, -1).transpose(1, 2).repeat_interleave(heads / shared, dim: 1);
                    return output.call(functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2));
                }
            }
            """);
}
