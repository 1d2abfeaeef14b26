using static TorchSharp.torch;

namespace CompressDsl.Generators.Tests;

/// <summary>Blocks of the zoo that are skipped, and then gone.</summary>
public sealed class LayerTests
{
    private static readonly Lazy<AnnotatedZoo> zoo = new(static () => new AnnotatedZoo(new Dictionary<string, string>
    {
        ["BertEncoder.layer"] = "PruneLayers(0.5)",
        ["Gpt2.h"] = "PruneLayers(Keep = 1)",
        ["Llama.layers"] = "PruneLayers(0.5)",
        ["VisionTransformer.blocks"] = "PruneLayers(0.5)",
        ["MlpMixer.blocks"] = "PruneLayers(0.5)",
        ["T5Encoder.block"] = "PruneLayers(0.5)",
        ["ParallelTransformer.blocks"] = "PruneLayers(0.5)",
        ["ResNet.layer1"] = "PruneLayers(0.5)",
        ["ResNet.layer2"] = "PruneLayers(0.5)",
        ["InPlaceResNet.blocks"] = "PruneLayers(0.5)",
    }));

    [Theory]
    [InlineData("Bert", 1)]
    [InlineData("Gpt2", 1)]
    [InlineData("Llama", 1)]
    [InlineData("TiedLlama", 1)]
    [InlineData("VisionTransformer", 1)]
    [InlineData("MlpMixer", 1)]
    [InlineData("T5Encoder", 1)]
    [InlineData("ParallelTransformer", 1)]
    [InlineData("ResNet18", 2)]
    [InlineData("ResNet50", 3)]
    [InlineData("InPlaceResNet", 1)]
    public void Skipped_and_removed_blocks_are_the_same_function(string name, int removed)
    {
        using var scope = NewDisposeScope();
        var (model, run) = zoo.Value.Create(name);
        using var owned = model;

        var report = model.Prune(new PruneOptions { Calibration = Calibration.Of([model], run) });

        Assert.Equal(removed, report.Structures.Sum(static structure => structure.Removed));
        var (masked, maskedGradients) = Run(model, run);
        var names = ShrinkPlan.OfMasks(model).Preview;
        model.Shrink();
        var (shrunk, gradients) = Run(model, run);
        Assert.True(masked.Equals(shrunk), "what comes out is not the same");
        Assert.Equal(maskedGradients.Keys.Select(names.NameOf).OfType<string>().Order(StringComparer.Ordinal), gradients.Keys.Order(StringComparer.Ordinal));
        Assert.All(maskedGradients, gradient => Assert.True(
            names.NameOf(gradient.Key) is not { } name || gradient.Value.Equals(gradients[name]), $"the gradient of {gradient.Key} is not the same"));
        Assert.True(gradients.Count < maskedGradients.Count, "no parameter is gone");
    }

    [Theory]
    [InlineData("Bert")]
    [InlineData("VisionTransformer")]
    [InlineData("ResNet50")]
    public void Skipped_and_removed_blocks_survive_files(string name)
    {
        using var scope = NewDisposeScope();
        var (model, run) = zoo.Value.Create(name);
        using var owned = model;
        model.Prune(new PruneOptions { Calibration = Calibration.Of([model], run) });

        CheckpointCheck.SurvivesFiles(model, run, () => zoo.Value.Create(name).Model);
    }

    [Fact]
    public void Block_that_changes_the_shape_stays_and_the_report_says_so()
    {
        using var scope = NewDisposeScope();
        var (model, run) = zoo.Value.Create("ResNet18");
        using var owned = model;

        var report = model.Prune(new PruneOptions { Calibration = Calibration.Of([model], run) });

        var obstacle = Assert.Single(report.Structures, static structure => structure.Obstacle is not null);
        Assert.Equal("layer2", obstacle.Path);
        Assert.Contains("Block 0 (BasicBlock) takes [", obstacle.Obstacle);
        Assert.Contains("it stays", report.ToString());
    }

    private static (Tensor Output, Dictionary<string, Tensor> Gradients) Run(nn.Module model, Func<nn.Module, Tensor> run)
    {
        model.zero_grad();
        var output = run(model);
        output.square().sum().backward();
        return (output.detach(), model.named_parameters().ToDictionary(
            static named => named.name, static named => named.parameter.grad?.clone() ?? zeros_like(named.parameter)));
    }
}
