using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

public sealed class DivergenceTests
{
    private const int Rows = 7;
    private const int Classes = 6;

    public static TheoryData<Divergence, double> EveryDivergenceAndTemperature()
    {
        var data = new TheoryData<Divergence, double>();
        foreach (var divergence in Enum.GetValues<Divergence>())
        {
            foreach (var t in (double[])[0.7, 1, 4, 20])
            {
                data.Add(divergence, t);
            }
        }

        return data;
    }

    public static TheoryData<Divergence> EveryDivergence() => [.. Enum.GetValues<Divergence>()];

    /// <summary>All but the one that is a distance of logits, which must be finite.</summary>
    public static TheoryData<Divergence> EveryDivergenceOfProbabilities() =>
        [.. Enum.GetValues<Divergence>().Where(static d => d != Divergence.MeanSquaredLogits)];

    [Theory]
    [MemberData(nameof(EveryDivergenceAndTemperature))]
    public void Value_is_the_formula_in_float64(Divergence divergence, double t)
    {
        using var scope = NewDisposeScope();
        var logits = new Logits(seed: 1);
        var expected = logits.Reference(divergence, t);

        var inDouble = Mean(divergence, logits.Select(ScalarType.Float64).Rows, t);
        Assert.Equal(ScalarType.Float64, inDouble.dtype);
        Assert.Equal(expected, inDouble.ToDouble(), 1e-12 + (1e-10 * expected));

        var inFloat = Mean(divergence, logits.Select(ScalarType.Float32).Rows, t);
        Assert.Equal(ScalarType.Float32, inFloat.dtype);
        Assert.Equal(expected, inFloat.ToDouble(), 1e-6 + (1e-5 * expected));
    }

    [Theory]
    [MemberData(nameof(EveryDivergenceAndTemperature))]
    public void Gradient_is_the_formula_s_finite_difference(Divergence divergence, double t)
    {
        using var scope = NewDisposeScope();
        var logits = new Logits(seed: 2);
        var (student, rows) = logits.Select(ScalarType.Float64);
        Mean(divergence, rows, t).backward();
        var gradient = student.grad!.data<double>().ToArray();

        const double Step = 1e-5;
        for (var i = 0; i < gradient.Length; i++)
        {
            ref var z = ref logits.Student[i / Classes][i % Classes];
            var before = z;
            z = before + Step;
            var above = logits.Reference(divergence, t);
            z = before - Step;
            var below = logits.Reference(divergence, t);
            z = before;
            Assert.Equal((above - below) / (2 * Step), gradient[i], 1e-7);
        }
    }

    [Theory]
    [MemberData(nameof(EveryDivergenceAndTemperature))]
    public void Equal_logits_give_zero_and_no_gradient(Divergence divergence, double t)
    {
        using var scope = NewDisposeScope();
        var logits = new Logits(seed: 3);
        logits.Teacher = logits.Student;
        var (student, rows) = logits.Select(ScalarType.Float32);
        var value = Mean(divergence, rows, t);
        value.backward();
        Assert.Equal(0, value.ToDouble(), 1e-6);
        Assert.Equal(0, student.grad!.abs().max().ToDouble(), 1e-6);
    }

    [Theory]
    [MemberData(nameof(EveryDivergence))]
    public void No_row_that_counts_gives_zero_and_a_gradient_of_zero(Divergence divergence)
    {
        using var scope = NewDisposeScope();
        var student = randn(2, 3, Classes).requires_grad_();
        var rows = LogitRows.Select(student, randn(2, 3, Classes), full([2, 3], LogitRows.IgnoredLabel, ScalarType.Int64), null, Vocabulary.Same);
        Assert.Equal(0, rows.Count);

        var total = Mean(divergence, rows, 2) + rows.CrossEntropy();
        total.backward();
        Assert.Equal(0, total.ToDouble());
        Assert.Equal(0, student.grad!.abs().max().ToDouble());
    }

    [Theory]
    [MemberData(nameof(EveryDivergence))]
    public void Probabilities_that_underflow_give_finite_values_and_gradients(Divergence divergence)
    {
        using var scope = NewDisposeScope();
        // exp(-400) is 0 in float32; each row has a class that one of the two, or both, think impossible.
        var teacher = tensor(new float[,] { { 200, -200, 0 }, { 200, -200, 0 }, { 0, 1, 2 }, { -200, 0, 200 } });
        var student = tensor(new float[,] { { 200, -200, 0 }, { -200, 200, 0 }, { 200, -200, 0 }, { 0, 1, 2 } }).requires_grad_();
        var rows = LogitRows.Select(student, teacher, tensor(new long[] { 0, 1, 2, 0 }), null, Vocabulary.Same);
        var value = Mean(divergence, rows, 1);
        value.backward();
        Assert.True(double.IsFinite(value.ToDouble()));
        Assert.True(student.grad!.isfinite().all().ToBoolean());
    }

    [Theory]
    [MemberData(nameof(EveryDivergenceOfProbabilities))]
    public void A_class_that_both_switch_off_with_minus_infinity_counts_for_nothing(Divergence divergence)
    {
        using var scope = NewDisposeScope();
        var (teacher, student) = (new Logits(seed: 4).Tensor(teacher: true), new Logits(seed: 5).Tensor(teacher: false));
        var labels = zeros(Rows, ScalarType.Int64);
        var off = full([Rows, 1], float.NegativeInfinity, ScalarType.Float64);
        var wide = cat([student, off], 1).requires_grad_();

        var expected = Mean(divergence, LogitRows.Select(student, teacher, labels, null, Vocabulary.Same), 2);
        var value = Mean(divergence, LogitRows.Select(wide, cat([teacher, off], 1), labels, null, Vocabulary.Same), 2);
        value.backward();
        Assert.Equal(expected.ToDouble(), value.ToDouble(), 1e-12);
        Assert.True(wide.grad!.isfinite().all().ToBoolean());
    }

    [Theory]
    [MemberData(nameof(EveryDivergence))]
    public void Gradient_goes_to_the_student_alone(Divergence divergence)
    {
        using var scope = NewDisposeScope();
        var student = randn(Rows, Classes).requires_grad_();
        var teacher = randn(Rows, Classes).requires_grad_();
        Mean(divergence, LogitRows.Select(student, teacher, zeros(Rows, ScalarType.Int64), null, Vocabulary.Same), 2).backward();
        Assert.NotNull(student.grad);
        Assert.Null(teacher.grad);
    }

    [Fact]
    public void Half_precision_logits_are_computed_in_float32()
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = (randn(Rows, Classes).to(ScalarType.BFloat16), randn(Rows, Classes).to(ScalarType.BFloat16));
        var labels = zeros(Rows, ScalarType.Int64);
        var half = ForwardKl.Mean(LogitRows.Select(student, teacher, labels, null, Vocabulary.Same), 2);
        var single = ForwardKl.Mean(LogitRows.Select(student.@float(), teacher.@float(), labels, null, Vocabulary.Same), 2);
        Assert.Equal(ScalarType.Float32, half.dtype);
        Assert.Equal(single.ToSingle(), half.ToSingle());
    }

    [Fact]
    public void Decoupled_parts_make_up_the_whole_KL()
    {
        // Zhao et al., equation 7: KL = TCKD + (1 - p_target) * NCKD; with one row and Beta = 1 - p_target that is a number.
        using var scope = NewDisposeScope();
        var teacher = tensor(new[,] { { 1.0, -2.0, 0.5, 3.0 } });
        var student = tensor(new[,] { { 0.2, 0.1, -1.5, 1.0 } });
        var rows = LogitRows.Select(student, teacher, tensor(new long[] { 2 }), null, Vocabulary.Same);
        var rest = 1 - teacher.softmax(-1)[0, 2].ToDouble();
        Assert.Equal(ForwardKl.Mean(rows, 1).ToDouble(), Decoupled.Mean(rows, 1, rest).ToDouble(), 1e-12);
    }

    [Fact]
    public void Decoupled_without_a_shared_target_is_the_KL_of_the_rest()
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = (randn(3, 5), randn(3, 4));
        var rows = LogitRows.Select(student, teacher, full([3], 4, ScalarType.Int64), null, Vocabulary.Truncate);
        Assert.Equal(2 * ForwardKl.Mean(rows, 3).ToDouble(), Decoupled.Mean(rows, 3, 2).ToDouble(), 1e-5);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Temperature_out_of_range_is_named(double t)
    {
        using var scope = NewDisposeScope();
        var rows = new Logits(seed: 6).Select(ScalarType.Float32).Rows;
        foreach (var divergence in Enum.GetValues<Divergence>())
        {
            Assert.Equal("temperature", Assert.Throws<ArgumentOutOfRangeException>(() => Mean(divergence, rows, t)).ParamName);
        }
    }

    [Theory]
    [InlineData(Divergence.JensenShannon, 0)]
    [InlineData(Divergence.JensenShannon, 1)]
    [InlineData(Divergence.SkewKl, -0.1)]
    [InlineData(Divergence.SkewReverseKl, double.NaN)]
    [InlineData(Divergence.Decoupled, -1)]
    public void Beta_out_of_range_is_named(Divergence divergence, double beta)
    {
        using var scope = NewDisposeScope();
        var rows = new Logits(seed: 6).Select(ScalarType.Float32).Rows;
        Assert.Equal("beta", Assert.Throws<ArgumentOutOfRangeException>(() => Mean(divergence, rows, 2, beta)).ParamName);
    }

    private static double Beta(Divergence divergence) => divergence switch
    {
        Divergence.JensenShannon => 0.3,
        Divergence.Decoupled => 8,
        _ => 0.1,
    };

    private static Tensor Mean(Divergence divergence, LogitRows rows, double t) => Mean(divergence, rows, t, Beta(divergence));

    private static Tensor Mean(Divergence divergence, LogitRows rows, double t, double beta) => divergence switch
    {
        Divergence.ForwardKl => ForwardKl.Mean(rows, t),
        Divergence.ReverseKl => ReverseKl.Mean(rows, t),
        Divergence.JensenShannon => JensenShannon.Mean(rows, t, beta),
        Divergence.SkewKl => SkewKl.Mean(rows, t, beta),
        Divergence.SkewReverseKl => SkewReverseKl.Mean(rows, t, beta),
        Divergence.TotalVariation => TotalVariation.Mean(rows, t),
        Divergence.MeanSquaredLogits => MeanSquaredLogits.Mean(rows, t),
        Divergence.Decoupled => Decoupled.Mean(rows, t, beta),
        _ => throw new ArgumentOutOfRangeException(nameof(divergence)),
    };

    /// <summary>Random logits of both, in arrays and as tensors.</summary>
    private sealed class Logits
    {
        private readonly int[] labels;

        public Logits(int seed)
        {
            var random = new Random(seed);
            (Teacher, Student) = (Make(), Make());
            labels = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Classes))];

            double[][] Make() => [.. Enumerable.Range(0, Rows).Select(_ => MakeRow())];
            double[] MakeRow() => [.. Enumerable.Range(0, Classes).Select(_ => (random.NextDouble() * 10) - 5)];
        }

        public double[][] Teacher { get; set; }

        public double[][] Student { get; }

        public double Reference(Divergence divergence, double t) =>
            Enumerable.Range(0, Rows).Average(i => DivergenceReference.Of(divergence, Teacher[i], Student[i], labels[i], t, Beta(divergence)));

        public Tensor Tensor(bool teacher) => tensor((teacher ? Teacher : Student).SelectMany(static r => r).ToArray()).reshape(Rows, Classes);

        public (Tensor Student, LogitRows Rows) Select(ScalarType type)
        {
            var student = Tensor(teacher: false).to(type).requires_grad_();
            var classes = tensor(labels.Select(static l => (long)l).ToArray());
            return (student, LogitRows.Select(student, Tensor(teacher: true).to(type), classes, null, Vocabulary.Same));
        }
    }
}
