using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Terms on feature maps and on how the samples of a batch relate.</summary>
// Alone in the process, because one of them counts tensors.
[Collection(nameof(GlobalRandomNumbers))]
public sealed class RelationTermTests
{
    private static readonly Dictionary<string, Func<Tensor, Tensor, Tensor>> Terms = new()
    {
        ["AttentionTransfer"] = AttentionTransfer.Mean,
        ["ChannelCorrelation"] = ChannelCorrelation.Mean,
        ["CorrelationCongruence"] = static (s, t) => CorrelationCongruence.Mean(s / 5, t / 5, 0.4, 3),
        ["CorrelationCongruence, bilinear"] = CorrelationCongruence.BilinearMean,
        ["FlowOfSolution"] = static (s, t) => FlowOfSolution.Mean(s, s.narrow(2, 0, 2), t, t.narrow(2, 0, 2), null),
        ["KnowledgeReview"] = static (s, t) => KnowledgeReview.Mean(s, t, [3, 2, 1]),
        ["ProbabilisticTransfer"] = static (s, t) => ProbabilisticTransfer.Mean(s, t),
        ["RelationalAngle"] = RelationalAngle.Mean,
        ["RelationalDistance"] = RelationalDistance.Mean,
        ["SimilarityPreserving"] = SimilarityPreserving.Mean,
        ["StrongerTeacher"] = static (s, t) => StrongerTeacher.Mean(s.flatten(1), t.flatten(1), 2, 0.5, 3),
    };

    public static TheoryData<string> EveryTerm => [.. Terms.Keys];

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void Gradient_is_the_finite_difference(string name)
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = Maps(seed: 1);
        FiniteDifference.AssertGradient(x => Terms[name](x, teacher), student);
    }

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void Equal_sides_give_zero_and_no_gradient(string name)
    {
        using var scope = NewDisposeScope();
        var (student, _) = Maps(seed: 2);
        var ours = student.clone().requires_grad_();
        var value = Terms[name](ours, student);
        value.backward();
        Assert.Equal(0, value.ToDouble(), 1e-10);
        // Also of the term that takes a norm: libtorch gives that a gradient of 0 at 0.
        Assert.Equal(0, ours.grad!.abs().max().ToDouble(), 1e-8);
    }

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void The_teacher_gets_no_gradient_and_half_precision_is_computed_in_float32(string name)
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = Maps(seed: 3);
        var (ours, theirs) = (student.to(ScalarType.BFloat16).requires_grad_(), teacher.to(ScalarType.BFloat16).requires_grad_());
        var exact = Terms[name](ours.detach().to(ScalarType.Float64), theirs.detach().to(ScalarType.Float64)).ToDouble();
        var value = Terms[name](ours, theirs);
        value.backward();
        Assert.Null(theirs.grad);
        Assert.True(ours.grad!.isfinite().all().ToBoolean());
        if (name != "CorrelationCongruence") // The division by 5 in this table is of half precision.
        {
            Assert.Equal(ScalarType.Float32, value.dtype);
            Assert.Equal(exact, value.ToDouble(), 1e-6 + (1e-4 * exact));
        }
    }

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void Batches_that_differ_are_named(string name)
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = Maps(seed: 4);
        var problem = Assert.Throws<ArgumentException>(() => Terms[name](student, cat([teacher, teacher], 0)));
        Assert.Contains("the teacher's [8, ", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void Nothing_outlives_the_scope(string name)
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = Maps(seed: 5);
        student = student.requires_grad_();
        Terms[name](student, teacher).backward();
        var before = LivingTensors.Count();
        using (NewDisposeScope())
        {
            Terms[name](student, teacher).backward();
        }

        Assert.Equal(before, LivingTensors.Count());
    }

    [Fact]
    public void Samples_are_as_alike_as_their_products_say()
    {
        using var scope = NewDisposeScope();
        var student = tensor(new double[,] { { 1, 0 }, { 0, 1 } });
        var teacher = tensor(new double[,] { { 1, 0 }, { 1, 0 } });
        // Rows of the student's matrix are (1, 0) and (0, 1), of the teacher's (1, 1) / sqrt 2.
        var root = 1 / Math.Sqrt(2);
        Assert.Equal((Math.Pow(1 - root, 2) + (root * root)) / 2, SimilarityPreserving.Mean(student, teacher).ToDouble(), 1e-12);
        Assert.Equal(2 / 4.0, CorrelationCongruence.BilinearMean(student, teacher).ToDouble(), 1e-12);
    }

    [Fact]
    public void A_variance_that_is_predicted_costs_its_logarithm()
    {
        using var scope = NewDisposeScope();
        var (mean, teacher) = (tensor(new double[,] { { 1, 2 } }), tensor(new double[,] { { 3, 2 } }));
        var variance = tensor(new double[,] { { 2, 4 } });
        Assert.Equal(((4 / 2.0) + Math.Log(2) + Math.Log(4)) / 4, VariationalInformation.Mean(mean, variance, teacher).ToDouble(), 1e-12);
        FiniteDifference.AssertGradient(x => VariationalInformation.Mean(x, variance, teacher), mean);
        FiniteDifference.AssertGradient(x => VariationalInformation.Mean(mean, x, teacher), variance);
    }

    [Fact]
    public void A_sequence_of_which_nothing_counts_gives_no_flow_and_no_NaN()
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = (ones(2, 3, 2, ScalarType.Float64), zeros(2, 3, 2, ScalarType.Float64));
        student[1].fill_(double.NaN);
        student[0, 2].fill_(double.NaN);
        student = student.requires_grad_();
        var mask = tensor(new long[,] { { 1, 1, 0 }, { 0, 0, 0 } });
        var value = FlowOfSolution.Mean(student, student, teacher, teacher, mask);
        value.backward();
        Assert.Equal(0.5, value.ToDouble(), 1e-12);
        Assert.True(student.grad!.isfinite().all().ToBoolean());
    }

    private static (Tensor Student, Tensor Teacher) Maps(long seed)
    {
        using var random = new Generator((ulong)seed);
        return (randn(4, 3, 4, 5, ScalarType.Float64, generator: random), randn(4, 3, 4, 5, ScalarType.Float64, generator: random));
    }
}
