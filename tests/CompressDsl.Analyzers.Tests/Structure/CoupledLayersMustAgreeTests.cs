using static CompressDsl.Analyzers.Tests.StructureSources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>CDSL3004.</summary>
public class CoupledLayersMustAgreeTests
{
    private const string Id = "CDSL3004";
    private const string Up = "[[|PruneChannels(0.5)|]] private readonly Linear up = Linear(64, 256);";
    private const string Conv = "[[|PruneChannels(0.5)|]] private readonly Conv2d up = Conv2d(3, 16, 3);";

    [Theory]
    [InlineData(Up, "private readonly Linear down = Linear(128, 64);")]
    [InlineData(Up, "private readonly Linear down = Linear(256 / 2, 64);")]
    [InlineData(Up, "private readonly Linear down; public Net(bool hasBias) : base(nameof(Net)) => down = Linear(Inner, 64, hasBias); private const int Inner = 128;")]
    [InlineData(Up, "[KeepDense] private readonly Linear down = Linear(128, 64);")]
    [InlineData(Conv, "private readonly Conv2d down = Conv2d(8, 3, 3);")]
    [InlineData(Conv, "private readonly ConvTranspose2d down = ConvTranspose2d(8, 3, 3);")]
    public Task Layer_that_takes_another_number_is_reported_on_the_attribute(string up, string down) => Verify.ReportsAsync(Id, Mlp(up: up, down: down));

    [Theory]
    [InlineData("private readonly Linear other = Linear(64, 128);", "=> down.call(up.call(x) + other.call(x));")]
    [InlineData("private readonly Linear other = Linear(64, 128);", "=> down.call(functional.silu(other.call(x)).mul_(up.call(x)));")]
    [InlineData("private readonly Linear other = Linear(64, 128); private readonly bool isWide;", "=> down.call(isWide ? up.call(x) : other.call(x));")]
    [InlineData("private readonly LayerNorm norm = LayerNorm(128);", "=> down.call(norm.call(up.call(x)));")]
    [InlineData("", "=> down.call(up.call(x) * torch.ones(128));")]
    public Task What_meets_on_the_way_must_agree(string members, string forward) => Verify.ReportsAsync(Id, Mlp(forward, members, Up));

    [Fact]
    public Task Batch_normalisation_of_another_number_is_reported()
        => Verify.ReportsAsync(
            Id,
            Mlp("=> down.call(norm.call(up.call(x)));", "private readonly BatchNorm2d norm = BatchNorm2d(8);", Conv, "private readonly Conv2d down = Conv2d(16, 3, 3);"));

    [Theory]
    [InlineData("{ var h = Widen(x); return down.call(h); }", "private Tensor Widen(Tensor x) => functional.gelu(up.call(x));")]
    [InlineData("=> Narrow(x);", "private Tensor Narrow(Tensor x) { x = this.up.call(x); return down.call(x); }")]
    public Task Methods_on_the_way_are_read(string forward, string members)
        => Verify.ReportsAsync(Id, Mlp(forward, members, Up, "private readonly Linear down = Linear(128, 64);"));

    [Fact]
    public Task Attribute_of_the_class_and_block_of_a_list_are_reported_where_they_stand()
        => Verify.ReportsAsync(
            Id,
            Mlp(
                declaration: "[[|PruneChannels(0.5)|]] public sealed partial class Net",
                up: "private readonly Linear up = Linear(64, 256);",
                down: "private readonly Linear down = Linear(128, 64);"),
            """
            public sealed partial class Model() : Module<Tensor, Tensor>("Model")
            {
                [PruneLayers(Keep = 1)] private readonly ModuleList<Block> blocks = new(new Block(), new Block());

                public override Tensor forward(Tensor x)
                {
                    foreach (var block in blocks) { x = block.call(x); }

                    return x;
                }

                public sealed partial class Block() : Module<Tensor, Tensor>("Block")
                {
                    [[|PruneChannels(0.5)|]] private readonly Linear up = Linear(64, 256);
                    private readonly Linear down = Linear(128, 64);

                    public override Tensor forward(Tensor x) => x + down.call(up.call(x));
                }
            }
            """);

    [Fact]
    public async Task Message_names_both_layers_and_their_sizes()
    {
        var found = await Verify.ReportsAsync(
            Id,
            Mlp(up: "[[|PruneChannels(0.25)|]] private readonly Linear up = Linear(768, 3072);", down: "private readonly Linear down = Linear(2048, 768);"));

        Assert.Equal("up.weight.0[3072] and down.weight.1[2048] have 3072 and 2048 elements where they meet, so nothing can be taken from both", found[0].Message());
    }

    [Theory]
    [InlineData("private readonly Linear down = Linear(256, 64);", "=> down.call(functional.relu(up.call(x)));")]
    [InlineData("private readonly Linear down = Linear(2 * 128, 64);", "=> down.call(up.call(x));")]
    [InlineData("private readonly Linear down = Linear(128, 64);", "=> down.call(functional.glu(up.call(x)));")]
    [InlineData("private readonly Linear down = Linear(512, 64);", "{ var h = up.call(x); return down.call(torch.cat(new[] { h, h }, -1)); }")]
    [InlineData("private readonly Linear down = Linear(256, 64), gate = Linear(64, 1);", "=> down.call(up.call(x) * gate.call(x));")]
    public Task Sizes_that_fit_are_fine(string down, string forward) => Verify.IsQuietAsync(Mlp(forward, down: down));

    [Fact]
    public Task Flattened_image_has_positions_beside_its_channels()
        => Verify.IsQuietAsync(Mlp(
            "=> down.call(up.call(x).flatten(1));",
            up: "[PruneChannels(0.5)] private readonly Conv2d up = Conv2d(3, 16, 3);",
            down: "private readonly Linear down = Linear(16 * 10 * 10, 3);"));

    [Theory]
    [InlineData("private readonly Linear down = Linear(Environment.ProcessorCount, 64);")]
    [InlineData("private readonly Linear down = Make(128); private static Linear Make(int width) => Linear(width, 64);")]
    [InlineData("private readonly Linear down; public Net(int inner) : base(nameof(Net)) => down = Linear(inner, 64);")]
    [InlineData("private readonly Module<Tensor, Tensor> down = Linear(128, 64);")]
    public Task Size_that_only_the_program_knows_is_not_judged(string down) => Verify.IsQuietAsync(Mlp(down: down));

    [Fact]
    public Task Layers_that_no_attribute_speaks_of_are_the_compilers_and_the_users()
        => Verify.IsQuietAsync(Mlp(
            "=> last.call(next.call(down.call(up.call(x))));", "private readonly Linear next = Linear(64, 32); private readonly Linear last = Linear(16, 64);"));
}
