using CompressDsl.Tests.Checkpoints;
using CompressDsl.Tests.Pruning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Sparsity;

/// <summary>Masks through training: optimizers, momentum from before, weight decay, many steps, files.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed class MaskedTrainingTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Sequential body;
    private readonly Annotated model;

    public MaskedTrainingTests()
    {
        manual_seed(7);
        body = Sequential(Linear(8, 16), ReLU(), new SparseLinear(16, 4));
        model = new Annotated(SparsityRule.Unstructured(0.75), ("body", body));
    }

    public static TheoryData<string> Optimizers => ["adam", "adamw", "sgd", "rmsprop"];

    public void Dispose()
    {
        model.ClearMasks();
        model.Dispose();
        scope.Dispose();
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_plain_loop_uses_masked_weights_in_every_forward(string name)
    {
        using var optimizer = Optimizer(name);
        Train(optimizer, steps: 5); // momentum for all weights
        var masks = Prune();

        Train(optimizer, steps: 20, afterForward: () => AssertZero(masks));

        // The last step is followed by no call; reading through the sites masks first.
        Assert.All(masks, static pair => Assert.Equal(pair.Site.Weight.numel() - pair.Places.Length, pair.Site.Weight.NonZeros()));
        AssertZero(masks);
    }

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void KeepMasks_holds_after_the_last_step_too(string name)
    {
        using var optimizer = Optimizer(name).KeepMasks(model);
        Train(optimizer, steps: 5);
        var masks = Prune();

        Train(optimizer, steps: 10, afterStep: () => AssertZero(masks));
    }

    [Fact]
    public void Evaluation_after_the_last_step_uses_masked_weights()
    {
        using var optimizer = Optimizer("adamw");
        var masks = Prune();
        Train(optimizer, steps: 3);
        using (no_grad())
        {
            model.call(ones(1, 8)).Dispose();
        }

        AssertZero(masks);
    }

    [Fact]
    public void A_thousand_steps_of_Adam_with_weight_decay_hold_and_leave_no_tensor_behind()
    {
        using var optimizer = Optimizer("adam");
        var masks = Prune();
        Train(optimizer, steps: 10);
        var before = LivingTensors.Count();

        Train(optimizer, steps: 1000);

        Assert.Equal(before, Tensor.TotalCount);
        model.ApplyMasks();
        AssertZero(masks);
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void The_unpruned_weights_learn_as_if_the_pruned_ones_were_not_there()
    {
        var masks = Prune();
        using var optimizer = optim.SGD(model.parameters(), 0.1);
        var first = (Linear)body[0];
        var (weight, x, y) = (first.weight.detach().clone(), randn(32, 8), randn(32, 4));
        using (NewDisposeScope())
        {
            Loss(x, y).backward();
        }

        var expected = (weight - (0.1 * first.weight.grad!)).masked_fill(masks[0].Site.Mask.Pruned, 0);
        optimizer.step();
        model.ApplyMasks();
        Assert.Equal(expected.Floats(), first.weight.Floats());
    }

    [Fact]
    public void Optimizer_of_parameters_that_were_replaced_says_so()
    {
        var layer = new SparseLinear(8, 4);
        using var optimizer = torch.optim.AdamW(layer.parameters()).KeepMasks(layer);
        layer.to(ScalarType.Float64);

        var error = Assert.Throws<InvalidOperationException>(() => optimizer.step());
        Assert.StartsWith("The optimizer holds a parameter that its model no longer has.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Learning_rate_schedulers_work_on_the_masked_optimizer()
    {
        using var optimizer = Optimizer("sgd").KeepMasks(model);
        var scheduler = optim.lr_scheduler.StepLR(optimizer, 1, gamma: 0.5);
        Train(optimizer, steps: 1);
        scheduler.step();

        Assert.Equal(0.005, optimizer.Inner.ParamGroups.Single().LearningRate, 9);
        Assert.Equal(optimizer.Inner.parameters(), optimizer.parameters());
    }

    [Fact]
    public void Zeros_from_a_file_become_masks_again()
    {
        using var folder = new TemporaryFolder();
        var masks = Prune();
        using (var optimizer = Optimizer("adam").KeepMasks(model))
        {
            Train(optimizer, steps: 3);
        }

        model.save(folder["weights.dat"]);
        using var second = new Annotated(SparsityRule.Unstructured(0.75), ("body", Sequential(Linear(8, 16), ReLU(), new SparseLinear(16, 4))));
        second.load(folder["weights.dat"]);
        Assert.All(second.Compression.AllSites, static site => Assert.True(site.Mask.IsDense));

        Assert.Equal(masks.Sum(static pair => pair.Places.Length), second.Compression.MaskZeros());
        Assert.Equal(masks.Select(static pair => pair.Places), second.Compression.AllSites.Select(static site => site.Mask.Pruned.Places()));
        second.ClearMasks();
    }

    private List<(WeightSite Site, int[] Places)> Prune()
    {
        Pruner.Run(model);
        return [.. model.Compression.AllSites.Select(static site => (site, site.Mask.Pruned.Places()))];
    }

    private static void AssertZero(List<(WeightSite Site, int[] Places)> masks)
    {
        foreach (var (site, places) in masks)
        {
            Assert.NotEmpty(places);
            // Not site.Weight, which masks before it answers.
            var values = ((dynamic)site.Module!).weight;
            Assert.All(places, place => Assert.Equal(0f, ((float[])Weights.Floats(values))[place]));
        }
    }

    private optim.Optimizer Optimizer(string name) => name switch
    {
        "adam" => optim.Adam(model.parameters(), 0.01, weight_decay: 0.1),
        "adamw" => optim.AdamW(model.parameters(), 0.01, weight_decay: 0.1),
        "sgd" => optim.SGD(model.parameters(), 0.01, momentum: 0.9, weight_decay: 0.1),
        _ => optim.RMSProp(model.parameters(), 0.01, momentum: 0.9, weight_decay: 0.1),
    };

    private void Train(optim.Optimizer optimizer, int steps, Action? afterForward = null, Action? afterStep = null)
    {
        for (var step = 0; step < steps; step++)
        {
            using var inner = NewDisposeScope();
            optimizer.zero_grad();
            var loss = Loss(randn(16, 8), randn(16, 4));
            afterForward?.Invoke();
            loss.backward();
            optimizer.step();
            afterStep?.Invoke();
        }
    }

    private Tensor Loss(Tensor x, Tensor y) => functional.mse_loss(model.call(x), y);
}
