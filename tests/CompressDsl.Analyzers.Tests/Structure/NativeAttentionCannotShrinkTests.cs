using static CompressDsl.Analyzers.Tests.StructureSources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>CDSL3006.</summary>
public class NativeAttentionCannotShrinkTests
{
    private const string Id = "CDSL3006";
    private const string Plain = "private readonly MultiheadAttention attention = MultiheadAttention(64, 8);";
    private const string Run = "{ var (y, _) = attention.call(x, x, x); return x + y; }";

    [Theory]
    [InlineData("[[|PruneHeads(0.25)|]]")]
    [InlineData("[[|PruneHeads(Keep = 4)|]]")]
    [InlineData("[Obsolete, [|PruneHeads(Keep = 4, Criterion = Criterion.Gate)|]]")]
    public Task Native_attention_is_reported_on_the_attribute(string attribute) => Verify.ReportsAsync(Id, Net(attribute, Plain, Run));

    [Theory]
    [InlineData(Plain, "=> x + attention.call(x, x, x, null, false, null).Item1;")]
    [InlineData(Plain, "{ var native = attention; return native.call(x, x, x, null, true, null).Item1; }")]
    [InlineData(Plain + " private Tensor Attend(Tensor x) " + Run, "=> Attend(x);")]
    [InlineData("[field: TorchSharp.Utils.ComponentName(Name = \"Attention\")] public MultiheadAttention Attention { get; } = MultiheadAttention(64, 8);", "=> Attention.call(x, x, x, null, false, null).Item1;")]
    [InlineData("private readonly MultiheadAttention attention; public Net(int width) : base(nameof(Net)) => attention = MultiheadAttention(width, 8);", Run)]
    public Task However_it_is_held_and_called_it_is_found(string members, string forward) => Verify.ReportsAsync(Id, Net("[[|PruneHeads(0.25)|]]", members, forward));

    [Theory]
    [InlineData("private readonly Inner inner = new();", "=> inner.call(x);", "inner.attention")]
    [InlineData("private readonly ModuleList<Inner> inner = new(new Inner());", "{ foreach (var layer in inner) { x = layer.call(x); } return x; }", "inner[*].attention")]
    [InlineData(
        "private readonly ModuleList<MultiheadAttention> all = new(MultiheadAttention(64, 8));",
        "{ foreach (var layer in all) { x = layer.call(x, x, x, null, false, null).Item1; } return x; }",
        "all[*]")]
    public async Task Attention_of_a_module_below_is_reported_on_the_attribute_above_by_its_path(string members, string forward, string path)
    {
        var found = await Verify.ReportsAsync(
            Id,
            Net("[[|PruneHeads(0.25)|]]", members, forward),
            $$"""public sealed class Inner() : Module<Tensor, Tensor>("Inner") { {{Plain}} public override Tensor forward(Tensor x) {{Run}} }""");

        Assert.StartsWith($"'{path}' is a MultiheadAttention", found[0].Message(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_says_what_to_write_instead()
    {
        var found = await Verify.ReportsAsync(Id, Net("[[|PruneHeads(0.25)|]]", Plain, Run));

        Assert.Equal(
            "'attention' is a MultiheadAttention, one native block: its heads can be masked, and no shrink makes them fewer; write the attention out with Linear layers",
            found[0].Message());
    }

    [Fact]
    public Task Attention_that_is_written_out_is_fine() => Verify.IsQuietAsync(Attention());

    [Theory]
    [InlineData("", Run)]
    [InlineData("[PruneHeads(0.25)]", "=> x;")]
    public Task Attention_whose_heads_nobody_asks_for_or_that_does_not_run_is_quiet(string attribute, string forward)
        => Verify.IsQuietAsync(Net(attribute, Plain, forward));

    [Fact]
    public Task Channels_beside_it_may_go()
        => Verify.IsQuietAsync(Mlp("{ var (y, _) = attention.call(x, x, x); return x + down.call(up.call(y)); }", Plain));

    private static string Net(string attribute, string members, string forward) => Mlp(forward, members, "", "", attribute + " public sealed partial class Net");
}
