using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Reports;

public sealed partial class TrainingTests
{
    [Fact]
    public void Train_OnAPrunedStudent_KeepsItsZeros_AfterTheLastStepToo()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var student = new Student();
        student.Prune();
        using var pruned = student.Compression.fc.Mask.Pruned;
        var (input, labels) = (randn(16, 8), randint(0, 4, [16], dtype: ScalarType.Int64));
        var steps = 0;

        student.Train(
            [0],
            _ => DistillationTerms.FromLabels(student.call(input), labels),
            new DistillationOptions { Steps = 5, LearningRate = 0.1 },
            afterStep: () => steps++);

        // Read as TorchSharp has it: no property of ours that would put the mask back.
        Assert.Equal(0, student.get_parameter("fc.weight")!.masked_select(pruned).abs().sum().item<float>());
        Assert.True(student.get_parameter("fc.weight")!.ne(0).any().item<bool>());
        Assert.Equal(5, steps);
    }

    private sealed partial class Student : nn.Module<Tensor, Tensor>
    {
        [Sparsity(0.5, Purpose = Purpose.Size)]
        private readonly Linear fc = nn.Linear(8, 4);

        public Student()
            : base(nameof(Student)) => RegisterComponents();

        public override Tensor forward(Tensor x) => fc.call(x);
    }
}
