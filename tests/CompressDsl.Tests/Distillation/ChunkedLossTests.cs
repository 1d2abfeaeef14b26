using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class ChunkedLossTests
{
    // Budgets that give one row at a time, slices inside of blocks with a remainder, and everything at once.
    private static readonly long[] Budgets = [1, 3 * 2 * 2 * 13 * 20 * 8, 1 << 20];

    public static TheoryData<Divergence, bool, bool> EveryDivergence()
    {
        var data = new TheoryData<Divergence, bool, bool>();
        foreach (var divergence in Enum.GetValues<Divergence>())
        {
            data.Add(divergence, false, false);
            data.Add(divergence, true, false);
            data.Add(divergence, false, true);
            data.Add(divergence, true, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryDivergence))]
    public void Value_and_gradients_are_those_of_the_plain_path(Divergence divergence, bool bias, bool softcap)
    {
        foreach (var budget in Budgets)
        {
            foreach (var (masked, next) in ((bool, bool)[])[(false, false), (true, false), (true, true)])
            {
                foreach (var type in (ScalarType[])[ScalarType.Float32, ScalarType.Float64])
                {
                    using var scope = NewDisposeScope();
                    var heads = new TinyHeads(bias, softcap ? 3 : null, type);
                    var options = new ChunkedLossOptions { Divergence = divergence, T = 2.5, Alpha = 0.3, MemoryBudget = budget };
                    var mask = masked ? heads.Mask : null;
                    TinyHeads.AssertSame(heads.Plain(options, mask, next), heads.Chunked(options, mask, next), type == ScalarType.Float64 ? 1e-11 : 1e-5);
                }
            }
        }
    }

    [Theory]
    [InlineData(13, 11)]
    [InlineData(11, 13)]
    public void Truncate_compares_the_classes_that_both_have(int student, int teacher)
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: true, softcap: null, ScalarType.Float64, student, teacher);
        var options = new ChunkedLossOptions { Vocabulary = Vocabulary.Truncate, MemoryBudget = 1 };
        TinyHeads.AssertSame(heads.Plain(options, null, next: false), heads.Chunked(options, null, next: false), 1e-11);
        Assert.Contains("CDSL5006", Assert.Throws<ArgumentException>(() => heads.Chunked(options with { Vocabulary = Vocabulary.Same }, null, false)).Message);
    }

    [Theory]
    [InlineData(Divergence.ForwardKl)]
    [InlineData(Divergence.JensenShannon)]
    [InlineData(Divergence.Decoupled)]
    public void Gradients_are_finite_differences_in_float64(Divergence divergence)
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: true, softcap: 2, ScalarType.Float64);
        var options = new ChunkedLossOptions { Divergence = divergence, T = 3, Alpha = 0.6, MemoryBudget = 1 };
        var gradients = heads.Chunked(options, heads.Mask, next: true)[3..];
        foreach (var (parameter, gradient) in heads.Parameters.Zip(gradients))
        {
            for (var i = 0L; i < parameter.numel(); i++)
            {
                var difference = (Total(i, 1e-6) - Total(i, -1e-6)) / 2e-6;
                Assert.Equal(difference, gradient.flatten()[i].ToDouble(), 1e-8);
            }

            double Total(long i, double step)
            {
                using var _ = no_grad();
                using var inner = NewDisposeScope();
                parameter.view(-1)[i].add_(step);
                var total = heads.Compute(options, heads.Mask, next: true).Total.ToDouble();
                parameter.view(-1)[i].sub_(step);
                return total;
            }
        }
    }

    [Fact]
    public void Bfloat16_heads_are_computed_as_the_plain_path_computes_them()
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: false, softcap: 3, ScalarType.BFloat16);
        var plain = heads.Plain(new(), null, false);
        // Logits in bfloat16 (the product rounded, without a bias rounded again); from there on in float32.
        foreach (var (budget, tolerance) in ((long, double)[])[(1 << 20, 1e-5), (1, 1e-5)])
        {
            var chunked = heads.Chunked(new() { MemoryBudget = budget }, null, false);
            Assert.Equal(ScalarType.Float32, chunked[2].dtype);
            Assert.All(chunked[3..], static g => Assert.Equal(ScalarType.BFloat16, g.dtype));
            TinyHeads.AssertSame(plain[..3], chunked[..3], tolerance);
            TinyHeads.AssertSame(plain[3..], chunked[3..], 1e-2);
        }
    }

    [Fact]
    public void Labels_alone_have_no_soft_term()
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: false, softcap: null, ScalarType.Float32);
        var terms = ChunkedLoss.Compute(heads.Student, null, heads.Labels, options: new() { MemoryBudget = 1 });
        using var plain = DistillationTerms.FromLabels(TinyHeads.Logits(heads.Student), heads.Labels);
        Assert.Null(terms.Soft);
        Assert.Equal(plain.Hard.ToSingle(), terms.Total.ToSingle(), 1e-5f);
        Assert.Equal(plain.Count, terms.Count);
        terms.Total.backward();
        Assert.True(heads.Student.Weight.grad!.abs().sum().ToSingle() > 0);
    }

    [Fact]
    public void Frozen_parts_get_no_gradient_and_the_rest_gets_its_own()
    {
        using var scope = NewDisposeScope();
        foreach (var trained in Enumerable.Range(0, 3))
        {
            var heads = new TinyHeads(bias: true, softcap: null, ScalarType.Float64);
            var expected = heads.Plain(new(), null, false)[3 + trained];
            for (var i = 0; i < 3; i++)
            {
                heads.Parameters[i].grad = null;
                heads.Parameters[i].requires_grad = i == trained;
            }

            heads.Compute(new() { MemoryBudget = 1 }, null, false).Total.backward();
            TinyHeads.AssertSame([expected], [heads.Parameters[trained].grad!], 1e-11);
            Assert.All(heads.Parameters.Where((_, i) => i != trained), static p => Assert.Null(p.grad));
        }
    }

    [Fact]
    public void No_grad_gives_the_value_without_a_graph()
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: true, softcap: null, ScalarType.Float64);
        var expected = heads.Plain(new(), null, false);
        using var _ = no_grad();
        var terms = heads.Compute(new() { MemoryBudget = 1 }, null, false);
        Assert.False(terms.Total.requires_grad);
        Assert.Equal(expected[2].ToDouble(), terms.Total.ToDouble(), 1e-11);
    }

    [Fact]
    public void No_row_that_counts_gives_zero_and_gradients_of_zero()
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: true, softcap: 3, ScalarType.Float32);
        var terms = ChunkedLoss.Compute(heads.Student, heads.Teacher, heads.Labels, zeros_like(heads.Labels));
        terms.Total.backward();
        Assert.Equal((0, 0.0, 0.0, 0.0), (terms.Count, terms.Hard.ToDouble(), terms.Soft!.ToDouble(), terms.Total.ToDouble()));
        Assert.All(heads.Parameters, static p => Assert.Equal(0, p.grad!.abs().max().ToDouble()));
    }

    [Fact]
    public void NaN_in_a_row_that_is_left_out_reaches_neither_value_nor_gradient()
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: true, softcap: null, ScalarType.Float32);
        using (no_grad())
        {
            heads.Student.Hidden[0, 1].fill_(float.NaN);
            heads.Teacher.Hidden[0, 1].fill_(float.NaN);
        }

        var mask = ones_like(heads.Labels);
        mask[0, 1] = 0;
        var terms = ChunkedLoss.Compute(heads.Student, heads.Teacher, heads.Labels, mask);
        terms.Total.backward();
        Assert.True(double.IsFinite(terms.Total.ToDouble()));
        Assert.All(heads.Parameters, static p => Assert.True(p.grad!.isfinite().all().ToBoolean()));
    }

    [Fact]
    public void Gradients_are_scaled_by_what_comes_from_above_and_add_up_over_calls()
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: true, softcap: null, ScalarType.Float64);
        var once = heads.Plain(new(), null, false)[3..];
        heads.Clear();
        (3 * heads.Compute(new() { MemoryBudget = 1 }, null, false).Total).backward();
        heads.Compute(new(), null, false).Total.backward();
        TinyHeads.AssertSame([.. once.Select(static g => 4 * g)], [.. heads.Parameters.Select(static p => p.grad!)], 1e-11);
    }

    [Fact]
    public void Weight_that_is_used_elsewhere_too_gets_both_gradients()
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: false, softcap: null, ScalarType.Float64);
        var alone = heads.Plain(new(), null, false)[4];
        heads.Clear();
        (heads.Compute(new(), null, false).Total + heads.Student.Weight.sum()).backward();
        TinyHeads.AssertSame([alone + 1], [heads.Student.Weight.grad!], 1e-11);
    }

    [Fact]
    public void Backward_a_second_time_is_an_error_and_not_a_wrong_gradient()
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: true, softcap: null, ScalarType.Float32);
        var total = heads.Compute(new(), null, false).Total;
        total.backward(null, retain_graph: true);
        Assert.Contains("invalid gradient", Assert.Throws<ExternalException>(() => total.backward(null, retain_graph: true)).Message);
        Assert.Contains("invalid gradient", Assert.Throws<ExternalException>(() => heads.Compute(new(), null, false).Total.backward(null, create_graph: true)).Message);
    }

    [Fact]
    public void Iterations_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: true, softcap: 3, ScalarType.Float32);
        Step();
        var before = LivingTensors.Count();
        for (var i = 0; i < 100; i++)
        {
            Step();
        }

        Assert.Equal(before, LivingTensors.Count());

        void Step()
        {
            using var inner = NewDisposeScope();
            heads.Compute(new() { MemoryBudget = 1 }, heads.Mask, next: true).Total.backward();
            // And a total that nobody goes back through.
            heads.Compute(new() { MemoryBudget = 1 }, null, next: false).Dispose();
        }
    }

    [Fact]
    public void Input_that_does_not_fit_is_named()
    {
        using var scope = NewDisposeScope();
        var heads = new TinyHeads(bias: true, softcap: null, ScalarType.Float32);
        var (student, teacher, labels) = (heads.Student, heads.Teacher, heads.Labels);
        AssertSays("weight is [4]", () => ChunkedLoss.Compute(student with { Weight = randn(4) }, teacher, labels));
        AssertSays("hidden states are [2, 4, 9]; for a weight [13, 4]", () => ChunkedLoss.Compute(student with { Hidden = randn(2, 4, 9) }, teacher, labels));
        AssertSays("bias is [5]", () => ChunkedLoss.Compute(student with { Bias = randn(5) }, teacher, labels));
        AssertSays("The student's hidden states are Float64", () => ChunkedLoss.Compute(student with { Hidden = student.Hidden.@double() }, teacher, labels));
        AssertSays("The teacher's weight is Int64", () => ChunkedLoss.Compute(student, teacher with { Weight = zeros_like(teacher.Weight, ScalarType.Int64) }, labels));
        AssertSays("Softcap", () => ChunkedLoss.Compute(student with { Softcap = 0 }, teacher, labels));
        AssertSays("The labels are [3, 2]", () => ChunkedLoss.Compute(student, teacher, zeros([3, 2], int64)));
        AssertSays("The labels are Float32", () => ChunkedLoss.Compute(student, teacher, labels.@float()));
        AssertSays("A label is 13", () => ChunkedLoss.Compute(student, teacher, full_like(labels, 13)));
        AssertSays("The mask is [2]", () => ChunkedLoss.Compute(student, teacher, labels, ones(2)));
        AssertSays("The teacher's hidden states are [1,", () => ChunkedLoss.Compute(student, teacher with { Hidden = teacher.Hidden.narrow(0, 0, 1) }, labels));
        AssertSays("length of at least 2", () => ChunkedLoss.ComputeNext(student with { Hidden = randn(2, 4) }, null, zeros(2, int64)));
        AssertSays("T", () => ChunkedLoss.Compute(student, teacher, labels, options: new() { T = 0 }));
        AssertSays("Alpha", () => ChunkedLoss.Compute(student, teacher, labels, options: new() { Alpha = 1.5 }));
        AssertSays("Beta", () => ChunkedLoss.Compute(student, teacher, labels, options: new() { Divergence = Divergence.SkewKl, Beta = 1 }));
        AssertSays("MemoryBudget", () => ChunkedLoss.Compute(student, teacher, labels, options: new() { MemoryBudget = 0 }));

        static void AssertSays(string text, Func<DistillationTerms> compute) => Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(compute).Message);
    }
}
