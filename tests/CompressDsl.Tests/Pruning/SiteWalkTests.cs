using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Pruning;

/// <summary>Which rule holds for which weight, in nested models.</summary>
public sealed class SiteWalkTests : IDisposable
{
    private static readonly SparsityRule Half = SparsityRule.Unstructured(0.5);
    private static readonly SparsityRule Most = SparsityRule.Unstructured(0.75);
    private static readonly SparsityRule TwoOfFour = SparsityRule.SemiStructured(2, 4);

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void A_rule_of_a_class_reaches_every_prunable_layer_below_through_any_container()
    {
        using var model = new Annotated(
            Half,
            ("plain", new Plain(Linear(4, 4))),
            ("chain", Sequential(("up", Linear(4, 4)), ("norm", LayerNorm(4)), ("down", new SparseLinear(4, 4)))),
            ("list", new ModuleList<Module>(Linear(4, 4), Sequential(Conv2d(4, 4, 3)))),
            ("dictionary", ModuleDict<Module>(("a", Bilinear(4, 4, 4)), ("b", Embedding(4, 4)))),
            ("embedding", Embedding(4, 4)),
            ("normalisation", BatchNorm1d(4)));

        Assert.Equal(
            ["plain.inner.weight", "chain.up.weight", "chain.down.weight", "list.0.weight", "list.1.0.weight", "dictionary.a.weight"],
            Rules(model).Keys);
        Assert.All(Rules(model).Values, static rule => Assert.Equal(Half, rule));
        Assert.All(Rules(model).Keys, name => Assert.Contains(name, model.state_dict().Keys));
    }

    [Fact]
    public void The_nearest_attribute_wins()
    {
        var block = new Annotated(TwoOfFour, ("inside", Linear(4, 4)));
        var special = Linear(4, 4);
        using var model = new Annotated(
            Half,
            (self, _) =>
            {
                self.Site("special", () => PrunableWeight.Of(special), Most);
                self.Group("group", () => model_group, Most);
            },
            ("ordinary", Linear(4, 4)),
            ("special", special),
            ("block", block),
            ("group", model_group));

        Assert.Equal(
            [
                ("ordinary.weight", Half), ("special.weight", Most), ("block.inside.weight", TwoOfFour), ("group.0.weight", Most),
                ("group.1.inside.weight", TwoOfFour),
            ],
            Rules(model).Select(static pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void KeepDense_on_a_member_is_absolute_and_on_a_class_is_nearest()
    {
        var own = Linear(4, 4);
        var block = new Annotated(
            SparsityRule.KeepDense, (self, _) => self.Site("own", () => PrunableWeight.Of(own), Half), ("own", own), ("other", Linear(4, 4)));
        var annotated = new Annotated(Most, ("deep", Linear(4, 4)));
        var kept = Sequential(("a", Linear(4, 4)), ("b", annotated));
        using var model = new Annotated(Half, (self, _) => self.Group("kept", () => kept, SparsityRule.KeepDense), ("block", block), ("kept", kept));

        Assert.Equal(
            [
                ("block.own.weight", Half), ("block.other.weight", SparsityRule.KeepDense), ("kept.a.weight", SparsityRule.KeepDense),
                ("kept.b.deep.weight", SparsityRule.KeepDense),
            ],
            Rules(model).Select(static pair => (pair.Key, pair.Value)));
    }

    [Fact]
    public void An_embedding_with_an_attribute_of_its_own_is_a_site()
    {
        var embedding = Embedding(4, 4);
        using var model = new Annotated(null, (self, _) => self.Site("embedding", () => PrunableWeight.Of(embedding), Half), ("embedding", embedding));
        Pruner.Run(model);
        Assert.Equal(8, embedding.weight!.NonZeros());

        Weights.Fill(embedding.weight!, [.. Enumerable.Repeat(1f, 16)]);
        embedding.call(tensor(new[] { 0L }));
        Assert.Equal(8, embedding.weight!.NonZeros());
        model.ClearMasks();
    }

    [Fact]
    public void A_layer_that_is_reached_twice_counts_once()
    {
        var shared = Linear(4, 4);
        using var model = new Annotated(Half, ("first", Sequential(shared)), ("second", Sequential(shared)));
        Assert.Equal(["first.0.weight"], Rules(model).Keys);
        Assert.Equal(8, Pruner.Run(model).Pruned);
        model.ClearMasks();
    }

    [Fact]
    public void A_parameter_of_two_layers_counts_once_and_one_mask_guards_both()
    {
        var (first, second) = (Linear(4, 4, hasBias: false), Linear(4, 4, hasBias: false));
        second.weight = first.weight;
        using var model = new Annotated(Half, ("first", first), ("second", second));
        Assert.Equal(8, Pruner.Run(model).Pruned);

        Weights.Fill(first.weight, [.. Enumerable.Repeat(1f, 16)]);
        second.call(ones(1, 4)).sum().backward();
        Assert.Equal(8, first.weight.NonZeros());
        Weights.Fill(first.weight, [.. Enumerable.Repeat(1f, 16)]);
        (first.call(ones(1, 4)) + second.call(ones(1, 4))).sum().backward();
        Assert.Equal(8, first.weight.NonZeros());
        model.ClearMasks();
    }

    [Fact]
    public void An_embedding_that_is_kept_dense_keeps_the_head_that_is_tied_to_it()
    {
        var embedding = Embedding(8, 4);
        var head = Linear(4, 8, hasBias: false);
        head.weight = embedding.weight!;
        using var model = new Annotated(
            Half,
            (self, _) => self.Site("embedding", () => PrunableWeight.Of(embedding), SparsityRule.KeepDense),
            ("other", Linear(4, 4)),
            ("head", head),
            ("embedding", embedding));
        var result = Pruner.Run(model);

        Assert.Equal(32, head.weight.NonZeros());
        Assert.Equal(["other.weight", "embedding.weight"], result.Weights.Select(static weight => weight.Path));
        model.ClearMasks();
    }

    [Fact]
    public void Members_are_read_when_they_are_used()
    {
        Linear? layer = null;
        using var model = new Annotated(null, (self, _) => self.Site("layer", () => PrunableWeight.Of(layer), Half));
        var site = model.Compression.Sites.Single();
        Assert.Null(site.Module);
        Assert.Empty(model.Compression.AllSites);
        Assert.Contains("'layer'", Assert.Throws<InvalidOperationException>(() => site.Weight).Message);

        layer = Linear(4, 4);
        Assert.Same(layer.weight, site.Weight);
        Assert.Equal("layer.weight", model.Compression.AllSites.Single().Name);
    }

    [Fact]
    public void A_list_of_compressions_follows_its_list()
    {
        var modules = new ModuleList<Annotated>(new Annotated(Half), new Annotated(Most));
        var compressions = new CompressionList<Annotated, Compression>(() => modules, static block => block.Compression);
        Assert.Equal(2, compressions.Count);
        Assert.Same(modules[1].Compression, compressions[1]);
        Assert.Equal([Half, Most], compressions.Select(static compression => compression.Rule));
        Assert.Empty(new CompressionList<Annotated, Compression>(static () => null, static block => block.Compression));
    }

    [Fact]
    public void A_group_knows_the_weights_below()
    {
        SiteGroup? group = null;
        var chain = Sequential(("a", Linear(4, 4)), ("b", Linear(4, 4)));
        using var model = new Annotated(null, (self, _) => group = self.Group("chain", () => chain, Half), ("chain", chain));
        Assert.Equal(["a.weight", "b.weight"], group!.Sites.Select(static site => site.Name));

        Pruner.Run(model);
        Assert.All(group.Sites, static site => Assert.Equal(0.5, site.Mask.Sparsity));
        model.Compression.Dispose();
        Assert.All(group.Sites, static site => Assert.True(site.Mask.IsDense));
    }

    [Fact]
    public void A_compression_is_disposed_before_or_after_its_model()
    {
        var model = new Scaled(Half, ones(4));
        Pruner.Run(model);
        var mask = model.Site.Mask;
        model.Dispose();
        model.Compression.Dispose();
        Assert.True(mask.IsDense);
    }

    [Fact]
    public void A_layer_that_TorchSharp_does_not_know_of_is_found_by_its_attribute()
    {
        var hidden = Linear(4, 4);
        using var model = new Annotated(null, (self, _) => self.Site("hidden", () => PrunableWeight.Of(hidden), Half));
        Assert.Equal("hidden.weight", Pruner.Run(model).Weights.Single().Path);
        Weights.Fill(hidden.weight, [.. Enumerable.Repeat(1f, 16)]);
        model.ApplyMasks();
        Assert.Equal(8, hidden.weight.NonZeros());
        model.ClearMasks();
        Assert.True(model.Compression.Sites[0].Mask.IsDense);
    }

    private readonly Sequential model_group = Sequential(("0", Linear(4, 4)), ("1", new Annotated(TwoOfFour, ("inside", Linear(4, 4)))));

    private static Dictionary<string, SparsityRule> Rules(Annotated model) =>
        model.Compression.AllSites.ToDictionary(static site => site.Name, static site => site.Rule);
}
