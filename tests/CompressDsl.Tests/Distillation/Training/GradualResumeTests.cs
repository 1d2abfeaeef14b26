using CompressDsl.Tests.Checkpoints;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>A training that prunes on its way goes on with the masks, and with what its gradients have said.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed partial class GradualResumeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Gradually_pruned_training_goes_on_to_the_bit()
    {
        using var whole = new Net();
        var expected = Train(whole, null);
        var checkpoint = new TrainingCheckpoint(_folder["run"]) { Every = 4 };
        foreach (var stop in new[] { 7, 13, 18 })
        {
            using var stopped = new Net();
            Assert.Throws<OperationCanceledException>(() => Train(stopped, checkpoint, stop));
        }

        using var resumed = new Net();
        var report = Train(resumed, checkpoint);
        Assert.Equal(expected.Curve, report.Curve);
        Assert.Equal(Numbers(whole), Numbers(resumed));
        Assert.Equal(0.75, resumed.Compression.fc.Mask.Sparsity, 0.01);
        Assert.Equal([7, 13, 18], report.ResumedFrom);
        Assert.Contains("7, 13, 18", report.ToString());
    }

    private static DistillReport Train(Net net, TrainingCheckpoint? checkpoint, int? stop = null)
    {
        using var cancellation = new CancellationTokenSource();
        TinyBatch[] batches = [TinyBatch.Make(1, 16), TinyBatch.Make(2, 16), TinyBatch.Make(3, 16)];
        var options = new DistillationOptions { Steps = 24, ReportEvery = 1, LearningRate = 0.02, Seed = 4, Checkpoint = checkpoint };
        return net.Train(
            batches,
            batch => DistillationTerms.FromLabels(net.call(tensor(batch.Input, [16, 6]).clone()), tensor(batch.Labels).clone()),
            options.PruneGradually(net),
            progress: new Canceller(stop, cancellation),
            cancellationToken: cancellation.Token);
    }

    private static float[] Numbers(Net net)
    {
        using var scope = NewDisposeScope();
        return [.. net.state_dict().Values.SelectMany(static tensor => tensor.detach().clone().data<float>().ToArray())];
    }

    private sealed class Canceller(int? step, CancellationTokenSource cancellation) : IProgress<DistillationProgress>
    {
        public void Report(DistillationProgress value)
        {
            if (value.Step == step)
            {
                cancellation.Cancel();
            }
        }
    }

    private sealed partial class Net : nn.Module<Tensor, Tensor>
    {
        [Sparsity(0.75, Criterion = Criterion.Movement, Purpose = Purpose.Size)]
        [Gradual(Steps = 16, Every = 4)]
        private readonly Linear fc = nn.Linear(6, 32);

        private readonly Linear head = nn.Linear(32, 5);

        public Net()
            : base(nameof(Net))
        {
            manual_seed(6);
            nn.init.normal_(fc.weight!);
            nn.init.normal_(fc.bias!);
            nn.init.normal_(head.weight!);
            nn.init.normal_(head.bias!);
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => head.call(fc.call(x).tanh());
    }
}
