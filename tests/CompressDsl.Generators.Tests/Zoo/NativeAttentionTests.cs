using static TorchSharp.torch;

namespace CompressDsl.Generators.Tests;

/// <summary>The heads of TorchSharp's own attention, which is one block: masks, and what a shrink says of them.</summary>
public sealed class NativeAttentionTests
{
    private static readonly Lazy<AnnotatedZoo> zoo = new(static () => new AnnotatedZoo(new Dictionary<string, string>
    {
        ["NativeAttention"] = "PruneHeads(0.5, Heads = \"Heads\"), PruneChannels(0.5)",
    }));

    [Fact]
    public void Heads_are_masked_and_stay_masked_when_the_rest_shrinks()
    {
        using var scope = NewDisposeScope();
        var (model, run) = zoo.Value.Create("NativeAttention");
        using var owned = model;
        var dense = run(model);

        var pruned = model.Prune();
        var masked = run(model);
        var shrunk = model.Shrink();

        Assert.Equal([(4, 2), (64, 32)], pruned.Structures.Select(static structure => (structure.Count, structure.Removed)));
        Assert.True((masked - dense).abs().max().item<float>() > 1e-3f, "masked heads change nothing");
        var native = Assert.Single(shrunk.Structures, static structure => structure.Obstacle is not null);
        Assert.Equal((4, 4), (native.Before, native.After));
        Assert.Contains("2 of 4 heads stay masked", shrunk.ToString());
        Assert.Contains(shrunk.Structures, static structure => structure is { Before: 64, After: 32 });
        Assert.True((run(model) - masked).abs().max().item<float>() <= 1e-5f, "what is shrunk is another function");

        // The masks hold on, and are known.
        var site = StructurePruner.Annotated(model).Single().Structures.Single(static site => site.Rule.Kind == StructureKind.Heads);
        Assert.Equal(2, Assert.Single(site.Groups).Removed.Count);
        CheckpointCheck.SurvivesFiles(model, run, () => zoo.Value.Create("NativeAttention").Model);
    }
}
