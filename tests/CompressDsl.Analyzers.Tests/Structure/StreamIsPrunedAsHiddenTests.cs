using static CompressDsl.Analyzers.Tests.StructureSources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>CDSL3007.</summary>
public class StreamIsPrunedAsHiddenTests
{
    private const string Id = "CDSL3007";
    private const string PlainUp = "private readonly Linear up = Linear(64, 256);";
    private const string Down = "[[|PruneChannels(0.5)|]] private readonly Linear down = Linear(256, 64);";

    [Theory]
    [InlineData("=> down.call(functional.relu(up.call(x)));")]
    [InlineData("=> x + down.call(up.call(x));")]
    [InlineData("=> x.add(down.call(up.call(x)));")]
    [InlineData("{ var residual = x; x = up.call(x); x = down.call(x); return residual + x; }")]
    [InlineData("{ var y = Run(x); return y; }")]
    [InlineData("=> Add(x, Run(x));")]
    [InlineData("=> functional.relu(down.call(up.call(x)));")]
    [InlineData("=> norm.call(x + down.call(up.call(x)));")]
    public Task Layer_whose_outputs_leave_the_class_or_meet_its_input_is_reported_on_the_attribute(string forward)
        => Verify.ReportsAsync(
            Id,
            Mlp(
                forward,
                "private Tensor Run(Tensor x) => down.call(up.call(x)); private static Tensor Add(Tensor a, Tensor b) => a + b; private readonly LayerNorm norm = LayerNorm(64);",
                PlainUp,
                Down));

    [Fact]
    public Task Output_projection_of_an_attention_is_part_of_the_stream()
        => Verify.ReportsAsync(
            Id, Attention("").Replace("private readonly Linear output", "[[|PruneChannels(0.25)|]] private readonly Linear output", StringComparison.Ordinal));

    [Fact]
    public Task One_of_several_that_are_returned_is_enough()
        => Verify.ReportsAsync(Id, """
            public sealed partial class Net() : Module<Tensor, (Tensor, Tensor)>("Net")
            {
                [[|PruneChannels(0.5)|]] private readonly Linear up = Linear(64, 256);
                private readonly Linear down = Linear(256, 64);

                public override (Tensor, Tensor) forward(Tensor x)
                {
                    var h = up.call(x);
                    return (down.call(h), h);
                }
            }
            """);

    [Fact]
    public Task Stream_that_runs_through_a_list_is_reported_for_a_layer_before_it()
        => Verify.ReportsAsync(
            Id,
            """
            public sealed partial class Model() : Module<Tensor, Tensor>("Model")
            {
                [[|PruneChannels(0.5)|]] private readonly Linear first = Linear(10, 64);
                private readonly ModuleList<Net> blocks = new(new Net(), new Net());

                public override Tensor forward(Tensor x)
                {
                    x = first.call(x);
                    foreach (var block in blocks) { x = x + block.call(x); }

                    return x;
                }
            }
            """,
            Mlp());

    [Theory]
    [InlineData("=> down.call(up.call(x));", "returns")]
    [InlineData("=> x + down.call(up.call(x));", "is given")]
    public async Task Message_names_the_layer_and_says_whose_channels_they_are(string forward, string whose)
    {
        var found = await Verify.ReportsAsync(Id, Mlp(forward, up: PlainUp, down: Down));

        Assert.Equal(
            $"What 'down' puts out is part of what forward {whose}, which others read too: these channels stay; use [PruneHidden] on the model to narrow the stream everywhere",
            found[0].Message());
    }

    [Theory]
    [InlineData("=> down.call(up.call(x));")]
    [InlineData("=> x + down.call(functional.gelu(up.call(x)));")]
    [InlineData("{ var h = up.call(x); x = h + 1; return down.call(x); }")]
    [InlineData("{ var wide = up.call(x); return x + down.call(wide * functional.sigmoid(wide)); }")]
    public Task Channels_between_two_layers_are_the_classes_own(string forward) => Verify.IsQuietAsync(Mlp(forward));

    [Theory]
    [InlineData("[PruneHidden(0.25)]")]
    [InlineData("[PruneChannels(0.25)]")]
    public Task Attribute_of_the_class_leaves_the_stream_out_or_means_it(string attribute)
        => Verify.IsQuietAsync(Mlp("=> x + down.call(up.call(x));", up: PlainUp, declaration: attribute + " public sealed partial class Net"));

    [Fact]
    public Task Stream_within_the_class_may_be_narrowed_by_any_of_its_layers()
        => Verify.IsQuietAsync(
            """
            public sealed partial class Model() : Module<Tensor, Tensor>("Model")
            {
                [PruneChannels(0.5)] private readonly Linear first = Linear(10, 64);
                private readonly Linear second = Linear(64, 64);
                private readonly Linear head = Linear(64, 10);

                public override Tensor forward(Tensor x)
                {
                    x = first.call(x);
                    return head.call(x + second.call(x));
                }
            }
            """);

    [Theory]
    [InlineData("=> throw new NotImplementedException();")]
    [InlineData("=> x;")]
    public Task Layer_that_forward_does_not_run_is_not_judged(string forward)
        => Verify.IsQuietAsync(Mlp(forward, up: PlainUp, down: "[PruneChannels(0.5)] private readonly Linear down = Linear(256, 64);"));
}
