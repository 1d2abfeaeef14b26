using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>What every term on features has in common, then the value of each.</summary>
// Alone in the process, because one of them counts tensors.
[Collection(nameof(GlobalRandomNumbers))]
public sealed class FeatureTermTests
{
    private const long Batch = 2, Heads = 3, Length = 4, Width = 6;

    private static readonly Dictionary<string, Term> Terms = new()
    {
        ["HiddenMeanSquared"] = new(HiddenMeanSquared.Mean, static g => randn(Batch, Length, Width, ScalarType.Float64, generator: g)),
        ["HiddenCosine"] = new(HiddenCosine.Mean, static g => randn(Batch, Length, Width, ScalarType.Float64, generator: g)),
        ["AttentionKl"] = new(AttentionKl.Mean, static g => randn(Batch, Heads, Length, Length, ScalarType.Float64, generator: g).softmax(-1)),
        ["AttentionMeanSquared"] = new(AttentionMeanSquared.Mean, static g => randn(Batch, Heads, Length, Length, ScalarType.Float64, generator: g)),
        ["Relation"] = new(Relation.Mean, static g => randn(Batch, Heads, Length, Width, ScalarType.Float64, generator: g)),
    };

    public static TheoryData<string> EveryTerm => [.. Terms.Keys];

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void Gradient_is_the_finite_difference(string name)
    {
        using var scope = NewDisposeScope();
        var (term, student, teacher) = Make(name, seed: 1);
        FiniteDifference.AssertGradient(x => term.Mean(x, teacher, null), student);
        FiniteDifference.AssertGradient(x => term.Mean(x, teacher, Mask()), student);
    }

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void Equal_sides_give_zero(string name)
    {
        using var scope = NewDisposeScope();
        var (term, student, _) = Make(name, seed: 2);
        Assert.Equal(0, term.Mean(student, student, Mask()).ToDouble(), 1e-12);
    }

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void Nothing_that_counts_gives_zero_and_a_gradient_of_zero(string name)
    {
        using var scope = NewDisposeScope();
        var (term, student, teacher) = Make(name, seed: 3);
        student = student.requires_grad_();
        var value = term.Mean(student, teacher, zeros(Batch, Length));
        value.backward();
        Assert.Equal(0, value.ToDouble());
        Assert.Equal(0, student.grad!.abs().max().ToDouble());
    }

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void A_NaN_in_the_padding_stays_there(string name)
    {
        using var scope = NewDisposeScope();
        var (term, student, teacher) = Make(name, seed: 4);
        var expected = term.Mean(student, teacher, Mask()).ToDouble();
        var (ours, theirs) = (student.clone(), teacher.clone());
        // The last place of the second sequence is padding: as a row, and where there are keys, as a key.
        foreach (var side in (Tensor[])[ours, theirs])
        {
            var length = side.dim() - 2;
            side[1].select(length - 1, Length - 1).fill_(double.NaN);
            if (name.StartsWith("Attention", StringComparison.Ordinal))
            {
                side[1].select(2, Length - 1).fill_(double.NaN);
            }
        }

        ours = ours.requires_grad_();
        var value = term.Mean(ours, theirs, Mask());
        value.backward();
        Assert.Equal(expected, value.ToDouble(), 1e-12);
        Assert.True(ours.grad!.isfinite().all().ToBoolean());
    }

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void The_teacher_gets_no_gradient_and_half_precision_is_computed_in_float32(string name)
    {
        using var scope = NewDisposeScope();
        var (term, student, teacher) = Make(name, seed: 5);
        var (ours, theirs) = (student.to(ScalarType.BFloat16).requires_grad_(), teacher.to(ScalarType.BFloat16).requires_grad_());
        var value = term.Mean(ours, theirs, Mask());
        value.backward();
        Assert.Equal(ScalarType.Float32, value.dtype);
        Assert.Null(theirs.grad);
        Assert.Equal(ScalarType.BFloat16, ours.grad!.dtype);
        Assert.Equal(ScalarType.Float64, term.Mean(student, teacher, null).dtype);
    }

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void Shapes_that_do_not_fit_are_named(string name)
    {
        using var scope = NewDisposeScope();
        var (term, student, teacher) = Make(name, seed: 6);
        var longer = cat([teacher, teacher], 0);
        var problem = Assert.Throws<ArgumentException>(() => term.Mean(student, longer, null));
        Assert.Contains($"[{string.Join(", ", longer.shape)}]", problem.Message, StringComparison.Ordinal);
        problem = Assert.Throws<ArgumentException>(() => term.Mean(student, teacher, ones(Batch, Length + 1)));
        Assert.Contains($"[{Batch}, {Length + 1}]", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(EveryTerm))]
    public void Nothing_outlives_the_scope(string name)
    {
        using var scope = NewDisposeScope();
        var (term, student, teacher) = Make(name, seed: 7);
        var mask = Mask();
        student = student.requires_grad_();
        term.Mean(student, teacher, mask).backward();
        var before = LivingTensors.Count();
        using (NewDisposeScope())
        {
            term.Mean(student, teacher, mask).backward();
        }

        Assert.Equal(before, LivingTensors.Count());
    }

    [Fact]
    public void Hidden_states_are_compared_at_the_places_that_count()
    {
        using var scope = NewDisposeScope();
        var student = tensor(new double[,] { { 1, 0 }, { 3, 4 }, { 9, 9 } });
        var teacher = tensor(new double[,] { { 0, 2 }, { 4, 3 }, { 0, 0 } });
        var mask = tensor(new long[] { 1, 1, 0 });
        Assert.Equal((1 + 4 + 1 + 1) / 4.0, HiddenMeanSquared.Mean(student, teacher, mask).ToDouble(), 1e-12);
        Assert.Equal((1 + (1 - (24 / 25.0))) / 2, HiddenCosine.Mean(student, teacher, mask).ToDouble(), 1e-12);
    }

    [Fact]
    public void Attention_is_compared_at_queries_and_keys_that_count()
    {
        using var scope = NewDisposeScope();
        var student = tensor(new double[,,,] { { { { 0.5, 0.25, 0.25 }, { 0.5, 0.5, 0 }, { 1, 0, 0 } } } });
        var teacher = tensor(new double[,,,] { { { { 0.25, 0.75, 0 }, { 1, 0, 0 }, { 0, 1, 0 } } } });
        var mask = tensor(new long[,] { { 1, 1, 0 } });
        var first = (0.25 * Math.Log(0.25 / 0.5)) + (0.75 * Math.Log(0.75 / 0.25));
        Assert.Equal((first + Math.Log(2)) / 2, AttentionKl.Mean(student, teacher, mask).ToDouble(), 1e-12);
        Assert.Equal((0.0625 + 0.25 + 0.25 + 0.25) / 4, AttentionMeanSquared.Mean(student, teacher, mask).ToDouble(), 1e-12);
        // Of queries alone, every key counts.
        Assert.Equal((0.0625 + 0.25 + 0.0625 + 0.25 + 0.25) / 6, AttentionMeanSquared.Mean(student, teacher, mask, null).ToDouble(), 1e-12);
    }

    [Fact]
    public void Relations_are_of_a_common_number_of_heads()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(8);
        // Three heads of 4 and four heads of 6: the widths 12 and 24 share 4, the teacher's heads.
        var (student, teacher) = (randn(2, 3, 5, 4, ScalarType.Float64, generator: random), randn(2, 4, 5, 6, ScalarType.Float64, generator: random));
        var mask = tensor(new long[,] { { 1, 1, 1, 1, 1 }, { 1, 1, 1, 0, 0 } });
        var expected = 0.0;
        foreach (var (b, length) in ((int, int)[])[(0, 5), (1, 3)])
        {
            for (var head = 0; head < 4; head++)
            {
                var (q, p) = (Relations(student, b, head, 3), Relations(teacher, b, head, 6));
                expected += (p.exp() * (p - q)).sum().ToDouble() / (4 * 8);
            }

            Tensor Relations(Tensor side, int batch, int head, int width)
            {
                var a = side[batch].transpose(0, 1).flatten(1).narrow(0, 0, length).narrow(1, head * width, width);
                return (a.matmul(a.t()) / Math.Sqrt(width)).log_softmax(-1);
            }
        }

        Assert.Equal(expected, Relation.Mean(student, teacher, mask).ToDouble(), 1e-12);
    }

    private static Tensor Mask() => tensor(new long[,] { { 1, 1, 1, 1 }, { 1, 0, 1, 0 } });

    private static (Term Term, Tensor Student, Tensor Teacher) Make(string name, long seed)
    {
        using var random = new Generator((ulong)seed);
        var term = Terms[name];
        return (term, term.Side(random), term.Side(random));
    }

    private sealed record Term(Func<Tensor, Tensor, Tensor?, Tensor> Mean, Func<Generator, Tensor> Side);
}
