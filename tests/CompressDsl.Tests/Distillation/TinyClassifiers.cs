using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests;

/// <summary>A teacher of 6 inputs and 5 classes.</summary>
internal sealed class TinyTeacher : Module<Tensor, Tensor>
{
    private readonly Linear up = Linear(6, 16);
    private readonly Dropout dropout = Dropout(0.5);
    private readonly Linear down = Linear(16, 5);

    public TinyTeacher()
        : base(nameof(TinyTeacher)) => RegisterComponents();

    public override Tensor forward(Tensor input) => down.call(dropout.call(up.call(input).tanh()));
}

/// <summary>A student of it; its weights are the same in every instance.</summary>
internal sealed class TinyStudent : Module<Tensor, Tensor>
{
    private readonly Linear up = Linear(6, 8);
    private readonly Dropout dropout;
    private readonly Linear down = Linear(8, 5);

    public TinyStudent(double dropout = 0, TinyTeacher? teacher = null)
        : base(nameof(TinyStudent))
    {
        this.dropout = Dropout(dropout);
        RegisterComponents();
        if (teacher is not null)
        {
            register_module("teacher", teacher);
        }

        var random = new Random(7);
        using var _ = no_grad();
        foreach (var parameter in up.parameters().Concat(down.parameters()))
        {
            var values = Enumerable.Range(0, (int)parameter.numel()).Select(_ => (float)(random.NextDouble() - 0.5)).ToArray();
            using var source = tensor(values, parameter.shape);
            parameter.copy_(source);
        }
    }

    public Linear Up => up;

    public override Tensor forward(Tensor input) => down.call(dropout.call(up.call(input).tanh()));

    public float[] Weights()
    {
        using var scope = NewDisposeScope();
        return [.. parameters().SelectMany(static p => p.detach().data<float>().ToArray())];
    }
}

/// <summary>What the generator writes for <c>[DistillFrom(typeof(TinyTeacher), T = 4, Alpha = 0.7)]</c>.</summary>
internal sealed class TinyDistillation(TinyStudent student, TinyTeacher teacher) : Distillation<TinyStudent, TinyTeacher>(student, teacher)
{
    public const double T = 4;
    public const double Alpha = 0.7;

    public DistillationTerms Compute(Tensor input, Tensor labels, Tensor? mask = null)
    {
        using var scope = NewDisposeScope();

        Tensor teacherLogits;
        using (no_grad())
        {
            teacherLogits = Teacher.call(input);
        }

        var studentLogits = Student.call(input);

        var rows = LogitRows.Select(studentLogits, teacherLogits, labels, mask, Vocabulary.Same);
        var hard = rows.CrossEntropy();
        var soft = T * T * ForwardKl.Mean(rows, T);

        return new DistillationTerms(hard, soft, Alpha, rows.Count).MoveToOuterDisposeScope();
    }
}

/// <summary>Some samples; a mask leaves some of them out.</summary>
internal sealed record TinyBatch(float[] Input, long[] Labels, bool[] Mask)
{
    public int Count => Labels.Length;

    public static TinyBatch Make(int seed, int count, double share = 1)
    {
        var random = new Random(seed);
        return new TinyBatch(
            [.. Enumerable.Range(0, count * 6).Select(_ => (float)(random.NextDouble() * 4) - 2)],
            [.. Enumerable.Range(0, count).Select(_ => (long)random.Next(5))],
            [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < share)]);
    }

    public static TinyBatch Join(params TinyBatch[] batches) =>
        new([.. batches.SelectMany(b => b.Input)], [.. batches.SelectMany(b => b.Labels)], [.. batches.SelectMany(b => b.Mask)]);

    public DistillationTerms Compute(TinyDistillation distillation) =>
        distillation.Compute(tensor(Input, [Count, 6]), tensor(Labels), tensor(Mask));

    public DistillationTerms FromLabels(TinyStudent student) =>
        DistillationTerms.FromLabels(student.call(tensor(Input, [Count, 6])), tensor(Labels), tensor(Mask));
}
