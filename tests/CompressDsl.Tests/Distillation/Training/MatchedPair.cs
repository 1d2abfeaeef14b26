using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests;

/// <summary>A classifier whose hidden states can be asked for; with dropout, and a norm that has running means.</summary>
internal sealed class HiddenNet : Module<Tensor, Tensor>
{
    private readonly Linear up;
    private readonly BatchNorm1d norm;
    private readonly Dropout dropout;
    private readonly Linear down;

    public HiddenNet(int width, double dropout)
        : base(nameof(HiddenNet))
    {
        up = Linear(6, width);
        norm = BatchNorm1d(width);
        this.dropout = Dropout(dropout);
        down = Linear(width, 5);
        RegisterComponents();
    }

    public Tensor Hidden(Tensor input) => dropout.call(norm.call(up.call(input)).tanh());

    public Tensor Logits(Tensor hidden) => down.call(hidden);

    public override Tensor forward(Tensor input) => Logits(Hidden(input));
}

/// <summary>A student of 24 and a teacher of 40, whose hidden states are matched through a learned map.</summary>
internal sealed class MatchedPair(HiddenNet student, HiddenNet teacher) : Distillation<HiddenNet, HiddenNet>(student, teacher)
{
    private const string Member = "hidden";

    public override FeatureProjections Projections { get; } = new(Member);

    /// <summary>Every pair is the same, whatever was drawn before.</summary>
    public static MatchedPair Make()
    {
        manual_seed(11);
        return new(new HiddenNet(24, 0.3), new HiddenNet(40, 0.3));
    }

    public DistillationTerms Compute(TinyBatch batch, NoiseStream noise)
    {
        using var scope = NewDisposeScope();

        // Tensors over managed arrays begin anywhere in memory, and where they begin decides how sums are grouped.
        var input = tensor(batch.Input, [batch.Count, 6]).clone() + (0.1 * noise.Next(batch.Count, 6));
        Tensor hiddenTeacher;
        Tensor logitsTeacher;
        using (no_grad())
        {
            hiddenTeacher = Teacher.Hidden(input);
            logitsTeacher = Teacher.Logits(hiddenTeacher);
        }

        var hidden = Student.Hidden(input);
        var rows = LogitRows.Select(Student.Logits(hidden), logitsTeacher, tensor(batch.Labels).clone(), tensor(batch.Mask).clone(), Vocabulary.Same);
        var matched = (Projections.Project(Member, hidden, 40) - hiddenTeacher).square().mean();
        return new DistillationTerms(rows.CrossEntropy(), 4 * ForwardKl.Mean(rows, 2), 0.5, rows.Count, [new(Member, matched, 0.7)], batch.Count)
            .MoveToOuterDisposeScope();
    }
}
