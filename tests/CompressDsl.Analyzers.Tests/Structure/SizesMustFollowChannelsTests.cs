using static CompressDsl.Analyzers.Tests.StructureSources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>CDSL3005.</summary>
public class SizesMustFollowChannelsTests
{
    private const string Id = "CDSL3005";

    [Theory]
    [InlineData("", "[|12|], 64")]
    [InlineData("", "[|12|], -1")]
    [InlineData("", "[|3 * 4|], 64")]
    [InlineData("private const int Heads = 12;", "[|Heads|], 64")]
    [InlineData("private static readonly int Heads = 12;", "[|Heads|], 64")]
    [InlineData("private int Heads => [|12|];", "Heads, 64")]
    [InlineData("private static int Heads() => [|12|];", "Heads(), 64")]
    [InlineData("private readonly Config config = new(12);", "[|config.Heads|], 64")]
    [InlineData("", "[|Config.Most|], 64")]
    public Task Head_count_that_the_shrink_cannot_set_is_reported_where_it_is_said(string members, string view)
        => Verify.ReportsAsync(Id, Attention(members: members, view: view), "public sealed record Config(int Heads) { public const int Most = 12; }");

    [Theory]
    [InlineData(".reshape(batch, length, [|768|])")]
    [InlineData(".contiguous().view(batch, length, [|12 * 64|])")]
    [InlineData(".reshape([batch, length, [|768L|]])")]
    [InlineData(".reshape(batch, length, [|x.shape[2]|])")]
    public Task Width_of_all_heads_is_reported_where_it_is_said(string merge) => Verify.ReportsAsync(Id, Attention(merge: merge));

    [Fact]
    public Task Method_of_another_class_is_read()
        => Verify.ReportsAsync(
            Id,
            Attention(merge: ".Merge()"),
            "public static class Heads { public static Tensor Merge(this Tensor x) => x.reshape(x.shape[0], x.shape[1], [|768|]); }");

    [Fact]
    public Task Mask_that_is_made_for_all_heads_is_reported() => Verify.ReportsAsync(Id, Attention(mask: "torch.zeros(1, [|12|], 1, 1)"));

    [Theory]
    [InlineData("=> down.call(up.call(x).view(-1, [|256|]));")]
    [InlineData("=> down.call(up.call(x)[TensorIndex.Ellipsis, TensorIndex.Slice(0, [|256|])]);")]
    [InlineData("=> down.call(up.call(x).narrow(-1, 0, [|256|]));")]
    [InlineData("=> down.call(up.call(x) * torch.ones([|256|]));")]
    [InlineData("=> down.call(torch.where(up.call(x) > 0, up.call(x), torch.zeros([|256|])));")]
    [InlineData("=> down.call(up.call(x) + gate.call(x).expand(-1, [|256|]));")]
    [InlineData("=> down.call(up.call(x).view(-1, [|16|], [|16|]).flatten(1));")]
    [InlineData("{ const int inner = 256; return down.call(up.call(x).view(-1, [|inner|])); }")]
    [InlineData("{ var inner = [|256|]; return down.call(up.call(x).view(-1, inner)); }")]
    [InlineData("{ return down.call(Flat(up.call(x), [|256|])); }")]
    public Task Width_of_channels_is_reported_where_it_is_said(string forward)
        => Verify.ReportsAsync(
            Id, Mlp(forward, "private readonly Linear gate = Linear(64, 1); private static Tensor Flat(Tensor x, int width) => x.view(-1, width);"));

    [Fact]
    public Task Channels_of_a_flattened_image_and_halves_of_a_fused_layer_are_channels()
        => Verify.ReportsAsync(
            Id,
            Mlp(
                "=> down.call(functional.max_pool2d(up.call(x), 2).view(-1, [|16 * 14 * 14|]));",
                up: "[PruneChannels(0.5)] private readonly Conv2d up = Conv2d(1, 16, 3, padding: 1);",
                down: "private readonly Linear down = Linear(16 * 14 * 14, 10);"),
            """
            [PruneChannels(0.5)]
            public sealed partial class Gated() : Module<Tensor, Tensor>("Gated")
            {
                private readonly Linear both = Linear(16, 64);
                private readonly Linear down = Linear(32, 16);

                public override Tensor forward(Tensor x)
                {
                    var parts = both.call(x).split([|32|], dim: 1);
                    return down.call(functional.silu(parts[0]) * parts[1]);
                }
            }
            """);

    [Fact]
    public Task Block_of_a_list_is_read_too_and_its_number_is_reported_once()
        => Verify.ReportsAsync(
            Id,
            """
            [PruneHeads(0.25)]
            public sealed partial class Model() : Module<Tensor, Tensor>("Model")
            {
                private readonly ModuleList<Attention> layers = new(new Attention(), new Attention());

                public override Tensor forward(Tensor x)
                {
                    foreach (var layer in layers) { x = x + layer.call(x); }

                    return x;
                }
            }
            """,
            Attention(attribute: "", view: "[|12|], 64"));

    [Fact]
    public async Task Message_says_the_number_the_attribute_and_what_to_do()
    {
        var found = await Verify.ReportsAsync(
            Id,
            Attention(members: "private static readonly int Heads = 12;", view: "[|Heads|], -1", merge: ".reshape(batch, length, [|768|])"));

        Assert.Equal(
            [
                "'Heads' cannot be written, and [PruneHeads] takes some away: read the number from a field of the class, or write -1",
                "'768' is wrong when channels go, and [PruneHeads] takes some away: read the number from a field of the class, or write -1",
            ],
            found.Select(Verify.Message));
    }

    [Theory]
    [InlineData("private int heads = 12;", "heads, 64")]
    [InlineData("private readonly int heads = 12;", "heads, -1")]
    [InlineData("public int Heads { get; } = 12;", "Heads, 64")]
    [InlineData("public long Heads { get; private set; } = 12;", "Heads, 64")]
    [InlineData("", "-1, 64")]
    [InlineData("private const int Size = 64;", "-1, Size")]
    [InlineData("private static readonly int size = 64; private int heads = 12;", "heads, size")]
    [InlineData("private int heads; public Attention(Func<int> count) : base(nameof(Attention)) => heads = count();", "heads, 64")]
    public Task Member_that_counts_heads_and_size_of_a_head_are_fine(string members, string view) => Verify.IsQuietAsync(Attention(members: members, view: view));

    [Theory]
    [InlineData(".reshape(batch, length, -1)")]
    [InlineData(".reshape(batch, length, heads * 64)")]
    [InlineData(".reshape(batch, length, mixed.shape[2] * mixed.shape[3])")]
    [InlineData(".flatten(-2)")]
    [InlineData(".div(Math.Sqrt(64)).flatten(2)")]
    public Task Width_that_follows_is_fine(string merge) => Verify.IsQuietAsync(Attention(merge: merge));

    [Theory]
    [InlineData("=> down.call(up.call(x).view(x.shape[0], -1));")]
    [InlineData("=> down.call(up.call(x).view(-1, inner));")]
    [InlineData("=> down.call(up.call(x).view(-1, up.out_features));")]
    [InlineData("{ var h = up.call(x); return down.call(h.view(-1, h.shape[^1])); }")]
    [InlineData("{ var h = up.call(x); return down.call(h * torch.ones(h.shape)); }")]
    [InlineData("=> down.call(up.call(x) * 256);")]
    [InlineData("=> down.call(up.call(x) * torch.ones(1));")]
    [InlineData("=> down.call(up.call(x.view(-1, 64)));")]
    [InlineData("=> down.call(up.call(x)).view(-1, 8, 8).flatten(1);")]
    public Task Number_that_counts_nothing_that_goes_is_fine(string forward) => Verify.IsQuietAsync(Mlp(forward, "private int inner = 256;"));

    [Theory]
    [InlineData("")]
    [InlineData("[Obsolete]")]
    public Task Literal_is_right_where_nothing_goes(string attribute)
        => Verify.IsQuietAsync(Attention(attribute, members: "[KeepDense] private readonly LayerNorm norm = LayerNorm(768);", view: "12, 64"));
}
