using static CompressDsl.Analyzers.Tests.StructureSources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>CDSL3001.</summary>
public class HeadCountMustFitTests
{
    private const string Id = "CDSL3001";

    [Theory]
    [InlineData("[PruneHeads([|Keep = 13|])]")]
    [InlineData("[PruneHeads(RoundTo = 4, [|Keep = 16|], Criterion = Criterion.Gate)]")]
    [InlineData("[PruneHeads([|Keep = 13|], Query = nameof(qkv), Output = nameof(output), Heads = nameof(heads))]")]
    [InlineData("[Obsolete, PruneHeads([|Keep = 12 + 1|])]")]
    public Task More_heads_than_there_are_are_reported_on_the_argument(string attribute) => Verify.ReportsAsync(Id, Attention(attribute));

    [Theory]
    [InlineData("private readonly int heads = 12;", "heads, -1")]
    [InlineData("private readonly long heads = 4 * 3;", "heads, 64")]
    [InlineData("public int Heads { get; } = 12;", "Heads, -1")]
    [InlineData("private const int Size = 64;", "-1, Size")]
    [InlineData("private readonly int size = 64;", "-1, size")]
    [InlineData("", "-1, 64")]
    public Task Count_is_known_from_wherever_it_is_said(string members, string view) => Verify.ReportsAsync(Id, Attention("[PruneHeads([|Keep = 13|])]", members, view));

    [Fact]
    public Task Grouped_and_native_heads_are_counted_too()
        => Verify.ReportsAsync(
            Id,
            GroupedAttention("[PruneHeads([|Keep = 9|])]"),
            """
            [PruneHeads([|Keep = 9|])]
            public sealed partial class Native() : Module<Tensor, Tensor>("Native")
            {
                private readonly MultiheadAttention attention = MultiheadAttention(64, 8);

                public override Tensor forward(Tensor x) => attention.call(x, x, x, null, false, null).Item1;
            }
            """);

    [Fact]
    public Task Attention_within_a_model_is_counted_where_the_attribute_is()
        => Verify.ReportsAsync(
            Id,
            Attention(attribute: ""),
            """
            [PruneHeads([|Keep = 20|])]
            public sealed partial class Model() : Module<Tensor, Tensor>("Model")
            {
                private readonly ModuleList<Attention> layers = new(new Attention(), new Attention());

                public override Tensor forward(Tensor x)
                {
                    foreach (var layer in layers) { x = x + layer.call(x); }

                    return x;
                }
            }
            """);

    [Fact]
    public async Task Message_says_how_many_there_are()
    {
        var found = await Verify.ReportsAsync(Id, Attention("[PruneHeads([|Keep = 13|])]"));

        Assert.Equal("13 heads are to be kept, and there are 12", found[0].Message());
    }

    [Fact]
    public async Task View_into_heads_that_do_not_divide_it_is_reported_on_the_attribute()
    {
        var found = await Verify.ReportsAsync(Id, """
            [[|PruneHeads(0.25)|]]
            public sealed partial class Attention() : Module<Tensor, Tensor>("Attention")
            {
                private readonly Linear query = Linear(64, 64);
                private readonly Linear output = Linear(64, 64);
                private readonly int heads = 12;

                public override Tensor forward(Tensor x)
                {
                    var q = query.call(x.view(10, 64)).view(1, 10, heads, 64 / heads).transpose(1, 2);
                    return output.call(functional.scaled_dot_product_attention(q, q, q).transpose(1, 2).flatten(2));
                }
            }
            """);

        Assert.Equal("640 channels do not divide into 12 heads ('heads')", found[0].Message());
    }

    [Theory]
    [InlineData("[PruneHeads(Keep = 12)]")]
    [InlineData("[PruneHeads(Keep = 1)]")]
    [InlineData("[PruneHeads(0.99)]")]
    public Task As_many_as_there_are_or_fewer_are_fine(string attribute) => Verify.IsQuietAsync(Attention(attribute));

    [Theory]
    [InlineData("private int heads = Environment.ProcessorCount;")]
    [InlineData("private int heads = 12; public void Set(int count) => heads = count;")]
    [InlineData("private readonly int heads; public Attention(int heads) : base(nameof(Attention)) => this.heads = heads;")]
    [InlineData("private readonly int heads; public Attention(int heads = 12) : base(nameof(Attention)) => this.heads = heads;")]
    public Task Count_that_only_the_program_knows_is_not_judged(string members) => Verify.IsQuietAsync(Attention("[PruneHeads(Keep = 100)]", members));

    [Fact]
    public Task Class_without_an_attention_has_no_heads_to_count()
        => Verify.IsQuietAsync(Mlp(declaration: "[PruneHeads(Keep = 100)] public sealed partial class Net", up: "private readonly Linear up = Linear(64, 256);"));

    [Fact]
    public Task Channels_are_not_heads()
        => Verify.IsQuietAsync(Mlp(up: "[PruneChannels(Keep = 200)] private readonly Linear up = Linear(64, 256);"));
}
