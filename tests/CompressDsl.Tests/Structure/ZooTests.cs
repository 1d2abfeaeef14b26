using Zoo;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Every model of the zoo runs before anything is pruned, and the same at every run.</summary>
public class ZooTests
{
    public static TheoryData<string> Names => [.. ZooCases.All.Select(static zooCase => zooCase.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_gives_finite_values_of_the_promised_shape_that_differ_within_a_batch(string name)
    {
        using var scope = NewDisposeScope();
        var zooCase = ZooCases.Named(name);
        var (model, run) = zooCase.Create();
        using var owned = model;

        var output = run(model);

        Assert.Equal(zooCase.OutputShape, output.shape);
        Assert.True(output.isfinite().all().item<bool>());
        Assert.True(output.std().item<float>() > 1e-3f, "what comes out hardly varies");
        var batch = name == "NativeAttention" ? 1 : 0;
        Assert.True((output.select(batch, 0) - output.select(batch, 1)).abs().max().item<float>() > 1e-3f, "what comes out hardly depends on what goes in");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Second_model_of_a_case_gives_the_same_values(string name)
    {
        using var scope = NewDisposeScope();
        var zooCase = ZooCases.Named(name);
        var (first, run) = zooCase.Create();
        var (second, runSecond) = zooCase.Create();
        using var ownedFirst = first;
        using var ownedSecond = second;

        var output = run(first);

        Assert.True(output.Equals(run(first)));
        Assert.True(output.Equals(runSecond(second)));
        Assert.True(output.Equals(run(second)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Backward_reaches_every_parameter_that_forward_uses(string name)
    {
        using var scope = NewDisposeScope();
        var (model, run) = ZooCases.Named(name).Create();
        using var owned = model;

        run(model).square().sum().backward();

        string[] unused = name switch
        {
            "WaveNet" => ["blocks.2.residual.weight", "blocks.2.residual.bias"],
            "EitherLayer" => ["wide.weight", "wide.bias"],
            "EarlyExit" => ["norm.weight", "norm.bias", "exit.weight", "exit.bias"],
            _ => [],
        };
        Assert.Equal(unused, model.named_parameters().Where(static entry => entry.parameter.grad is null).Select(static entry => entry.name));
        Assert.All(
            model.named_parameters().Where(static entry => entry.parameter.grad is not null),
            static entry => Assert.True(entry.parameter.grad!.isfinite().all().item<bool>(), entry.name));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Forward_runs_in_training_too(string name)
    {
        using var scope = NewDisposeScope();
        var (model, run) = ZooCases.Named(name).Create();
        using var owned = model;
        model.train();

        Assert.Equal(ZooCases.Named(name).OutputShape, run(model).shape);
    }

    [Fact]
    public void Every_module_is_registered_under_the_model()
    {
        var (model, _) = ZooCases.Named("ResNet18").Create();
        using var owned = model;

        Assert.Contains("layer2.0.downsample.0.weight", model.named_parameters().Select(static entry => entry.name));
        Assert.DoesNotContain("layer1.0.downsample.0.weight", model.named_parameters().Select(static entry => entry.name));
    }
}
