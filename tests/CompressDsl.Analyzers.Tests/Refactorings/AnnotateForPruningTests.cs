using CompressDsl.CodeFixes;
using static CompressDsl.Analyzers.Tests.UnannotatedSources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Attributes for a class that has none yet.</summary>
public class AnnotateForPruningTests
{
    private const string Menu = "Annotate for pruning";
    private const string Both = "Heads and channels: smaller tensors";
    private const string Channels = "Channels: smaller tensors";
    private const string Pattern = "Weights, two of every four: a pattern with kernels of its own";
    private const string Size = "Weights, half of them: a smaller file";

    private static readonly VerifyRefactoring Refactoring = new(new AnnotateForPruning());

    [Fact]
    public async Task Block_with_attention_and_feed_forward_gets_both_where_they_are_written()
    {
        Assert.Equal([Menu, Both, Pattern, Size], await Refactoring.TitlesAsync(Block("public sealed class [||]Block")));

        var changed = await Refactoring.ApplyAsync(Both, Block("public sealed class [||]Block"));

        Assert.StartsWith("[PruneHeads(0.25)]\npublic sealed partial class Block : Module<Tensor, Tensor>\n", changed, StringComparison.Ordinal);
        Assert.Contains("    // The feed-forward part.\n    [PruneChannels(0.25)]\n    private readonly Linear up;\n", changed, StringComparison.Ordinal);
        Assert.Equal(Block("public sealed class Block").Split('\n').Length + 2, changed.Split('\n').Length);
    }

    [Fact]
    public async Task Layers_that_share_a_declaration_are_annotated_through_their_class()
        => Assert.StartsWith(
            "[PruneChannels(0.25)]\npartial class Mlp",
            await Refactoring.ApplyAsync(Channels, Mlp(fields: "private readonly Linear up = Linear(64, 256), down = Linear(256, 64);")),
            StringComparison.Ordinal);

    [Fact]
    public async Task Weights_are_annotated_on_the_class()
    {
        Assert.StartsWith("[SemiStructured(2, 4)]\npartial class Mlp", await Refactoring.ApplyAsync(Pattern, Mlp()), StringComparison.Ordinal);
        Assert.StartsWith("[Sparsity(0.5, Purpose = Purpose.Size)]\npartial class Mlp", await Refactoring.ApplyAsync(Size, Mlp()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_can_lose_blocks_and_width()
    {
        var titles = await Refactoring.TitlesAsync(Model);

        Assert.Equal([Menu, "Blocks of 'blocks': fewer layers", "The residual stream: narrower everywhere", Pattern, Size], titles);
        Assert.Contains("    [PruneLayers(0.25)]\n    private readonly ModuleList<Block> blocks;", await Refactoring.ApplyAsync(titles[1], Model), StringComparison.Ordinal);
        Assert.StartsWith("[PruneHidden(0.25)]\npublic sealed partial class Model", await Refactoring.ApplyAsync(titles[2], Model), StringComparison.Ordinal);
    }

    [Fact]
    public Task Using_and_partial_are_written_where_they_are_needed_and_what_is_around_stays()
        => new VerifyRefactoring(new AnnotateForPruning()) { WithUsings = false }.ChangesAsync(
            "Channels",
            """
            // A licence.
            using TorchSharp.Modules;
            using static TorchSharp.torch;
            using static TorchSharp.torch.nn;

            namespace Models;

            static class Parts
            {
                /// <summary>Two layers.</summary>
                internal class M[||]lp : Module<Tensor, Tensor>
                {
                    private readonly Linear up = Linear(64, 256);   // wide
                    private readonly Linear down = Linear(256, 64);

                    public Mlp() : base("Mlp") => RegisterComponents();

                    public override Tensor forward(Tensor x) => down.call(up.call(x).relu());
                }
            }
            """,
            """
            // A licence.
            using CompressDsl;
            using TorchSharp.Modules;
            using static TorchSharp.torch;
            using static TorchSharp.torch.nn;

            namespace Models;

            static partial class Parts
            {
                /// <summary>Two layers.</summary>
                internal partial class Mlp : Module<Tensor, Tensor>
                {
                    [PruneChannels(0.25)]
                    private readonly Linear up = Linear(64, 256);   // wide
                    private readonly Linear down = Linear(256, 64);

                    public Mlp() : base("Mlp") => RegisterComponents();

                    public override Tensor forward(Tensor x) => down.call(up.call(x).relu());
                }
            }
            """);

    [Fact]
    public async Task What_would_be_an_error_or_do_nothing_is_not_offered()
    {
        // 770 is no multiple of four; a literal in forward would be wrong after a shrink; what nobody reads cannot go.
        Assert.Equal([Menu, Channels, Size], await Refactoring.TitlesAsync(Mlp(fields: "private readonly Linear up = Linear(770, 256); private readonly Linear down = Linear(256, 770);")));
        Assert.Equal([Menu, Pattern, Size], await Refactoring.TitlesAsync(Mlp(forward: "down.call(up.call(x).view(-1, 256))")));
        Assert.Equal([Menu, Pattern, Size], await Refactoring.TitlesAsync(Mlp(forward: "up.call(x)")));
        Assert.Empty(await Refactoring.TitlesAsync(Mlp(fields: "private readonly Dropout up = Dropout(), down = Dropout();")));
    }

    [Fact]
    public async Task Caret_must_be_in_the_name_or_beside_it()
    {
        Assert.NotEmpty(await Refactoring.TitlesAsync(Mlp("[||]class Mlp")));
        Assert.NotEmpty(await Refactoring.TitlesAsync(Mlp("class Mlp[||]")));
        Assert.NotEmpty(await Refactoring.TitlesAsync(Mlp("class [|Mlp|]")));
        Assert.Empty(await Refactoring.TitlesAsync(Mlp("class Mlp", forward: "down.[||]call(up.call(x))")));
        Assert.Empty(await Refactoring.TitlesAsync(Mlp("[Obs[||]olete] class Mlp")));
    }

    [Fact]
    public async Task Other_classes_are_left_alone()
    {
        Assert.Empty(await Refactoring.TitlesAsync("class [||]Net { Linear up = Linear(4, 4); }"));
        Assert.Empty(await Refactoring.TitlesAsync("static class [||]Net;"));
        Assert.Empty(await Refactoring.TitlesAsync(Mlp("[KeepDense] partial class [||]Mlp")));
        Assert.Empty(await Refactoring.TitlesAsync(Mlp("partial class [||]Mlp", fields: "[KeepDense] private readonly Linear up = Linear(64, 256), down = Linear(256, 64);")));
        Assert.Empty(await Refactoring.TitlesAsync(Mlp("file class [||]Mlp")));
        Assert.Empty(await Refactoring.TitlesAsync(Mlp("class [||]Mlp", fields: "private readonly Linear up, down; int Compression;")));
        Assert.Empty(await Refactoring.TitlesAsync("// <auto-generated/>\n" + Mlp()));
        Assert.Empty(await Refactoring.TitlesAsync(Mlp(), name: "Net.g.cs"));
    }

    [Fact]
    public async Task What_is_offered_for_models_of_the_zoo_can_be_taken()
    {
        foreach (var (file, name, item) in new[] { ("LlamaAttention", "LlamaAttention", "Heads"), ("ResNetBlocks", "Bottleneck", "Channels"), ("BertLayer", "BertLayer", "Channels") })
        {
            await Refactoring.ApplyAsync(item, ZooSource.Marked(file, name));
        }
    }
}
