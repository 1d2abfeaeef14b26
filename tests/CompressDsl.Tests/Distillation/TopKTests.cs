using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

public sealed class TopKTests
{
    private const int Rows = 3, Classes = 7, K = 3;

    private static readonly Dictionary<string, (Func<Tensor, TopKDistribution, double, Tensor> TopK, Func<LogitRows, double, Tensor> Dense)> Divergences = new()
    {
        ["ForwardKl"] = (TopKForwardKl.Mean, ForwardKl.Mean),
        ["ReverseKl"] = (TopKReverseKl.Mean, ReverseKl.Mean),
        ["JensenShannon"] = (static (s, p, t) => TopKJensenShannon.Mean(s, p, t, 0.3), static (rows, t) => JensenShannon.Mean(rows, t, 0.3)),
        ["TotalVariation"] = (TopKTotalVariation.Mean, TotalVariation.Mean),
    };

    public static TheoryData<string> EveryDivergence => [.. Divergences.Keys];

    [Theory]
    [MemberData(nameof(EveryDivergence))]
    public void With_every_class_it_is_the_dense_divergence(string name)
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = Logits(seed: 1);
        Assert.Equal(Dense(name, student, teacher, 2), TopK(name, student, TopKDistribution.FromLogits(teacher, Classes, 2), 2), 1e-12);
    }

    [Theory]
    [MemberData(nameof(EveryDivergence))]
    public void With_some_classes_it_is_a_lower_bound_and_the_rest_is_one_class(string name)
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = Logits(seed: 2);
        var topK = TopK(name, student, TopKDistribution.FromLogits(teacher, K, 2), 2);
        Assert.InRange(topK, 1e-6, Dense(name, student, teacher, 2));

        var order = teacher.argsort(-1, descending: true);
        Assert.Equal(Dense(name, Merged(student), Merged(teacher), 1), topK, 1e-12);

        // The rest as one class, whose logit at temperature 1 is the sum of theirs at temperature 2.
        Tensor Merged(Tensor logits)
        {
            var sorted = logits.gather(1, order) / 2;
            return cat([sorted.narrow(1, 0, K), sorted.narrow(1, K, Classes - K).logsumexp(1, keepdim: true)], 1);
        }
    }

    [Theory]
    [MemberData(nameof(EveryDivergence))]
    public void Gradient_is_the_finite_difference(string name)
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = Logits(seed: 3);
        var kept = TopKDistribution.FromLogits(teacher, K, 1.5);
        FiniteDifference.AssertGradient(x => Divergences[name].TopK(x, kept, 1.5), student);
    }

    [Theory]
    [MemberData(nameof(EveryDivergence))]
    public void A_teacher_without_a_tail_gives_finite_values_and_gradients(string name)
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = Logits(seed: 4);
        student = student.to(ScalarType.Float32).requires_grad_();
        var kept = TopKDistribution.FromLogits(teacher.to(ScalarType.Float32), K).WithoutTail();
        Assert.Equal(1, kept.LogProbabilities.exp().sum(dim: 1).min().ToDouble(), 1e-6);
        var value = Divergences[name].TopK(student, kept, 1);
        value.backward();
        Assert.True(double.IsFinite(value.ToDouble()));
        Assert.True(student.grad!.isfinite().all().ToBoolean());
    }

    [Fact]
    public void No_row_gives_zero_and_a_gradient_of_zero()
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = Logits(seed: 5);
        student = student.requires_grad_();
        var none = zeros(0, ScalarType.Int64);
        var value = TopKForwardKl.Mean(student.index_select(0, none), TopKDistribution.FromLogits(teacher, K).Select(none), 1);
        value.backward();
        Assert.Equal(0, value.ToDouble());
        Assert.Equal(0, student.grad!.abs().max().ToDouble());
    }

    [Fact]
    public void Softening_among_the_kept_classes_is_what_softening_the_logits_gives()
    {
        using var scope = NewDisposeScope();
        var (_, teacher) = Logits(seed: 6);
        var all = TopKDistribution.FromLogits(teacher, Classes);
        var softened = all.Soften(2.5);
        var expected = TopKDistribution.FromLogits(teacher, Classes, 2.5);
        Assert.Equal(0, (softened.LogProbabilities - expected.LogProbabilities).abs().max().ToDouble(), 1e-12);
        Assert.Equal(0, softened.LogTail.exp().max().ToDouble());
        var some = TopKDistribution.FromLogits(teacher, K).Soften(2.5);
        Assert.Equal(1, (some.LogProbabilities.exp().sum(dim: 1) + some.LogTail.exp()).max().ToDouble(), 1e-12);
    }

    [Fact]
    public void Parts_that_do_not_fit_are_named()
    {
        using var scope = NewDisposeScope();
        var indices = zeros(Rows, K, ScalarType.Int64);
        Assert.Contains("Int32", Assert.Throws<ArgumentException>(
            () => new TopKDistribution(indices.to(ScalarType.Int32), zeros(Rows, K), zeros(Rows))).Message, StringComparison.Ordinal);
        Assert.Contains("[3, 2]", Assert.Throws<ArgumentException>(
            () => new TopKDistribution(indices, zeros(Rows, 2), zeros(Rows))).Message, StringComparison.Ordinal);
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(
            () => new TopKDistribution(indices, zeros(Rows, K), zeros(2))).Message, StringComparison.Ordinal);
        var kept = new TopKDistribution(indices, zeros(Rows, K), zeros(Rows));
        Assert.Contains("[4, 7]", Assert.Throws<ArgumentException>(
            () => TopKForwardKl.Mean(zeros(4, Classes), kept, 1)).Message, StringComparison.Ordinal);
    }

    private static double TopK(string name, Tensor student, TopKDistribution teacher, double t) => Divergences[name].TopK(student, teacher, t).ToDouble();

    private static double Dense(string name, Tensor student, Tensor teacher, double t) =>
        Divergences[name].Dense(LogitRows.Select(student, teacher, zeros(Rows, ScalarType.Int64), null, Vocabulary.Same), t).ToDouble();

    private static (Tensor Student, Tensor Teacher) Logits(long seed)
    {
        using var random = new Generator((ulong)seed);
        return (3 * randn(Rows, Classes, ScalarType.Float64, generator: random), 3 * randn(Rows, Classes, ScalarType.Float64, generator: random));
    }
}
