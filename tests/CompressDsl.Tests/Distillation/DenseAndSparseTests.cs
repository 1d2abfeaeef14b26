using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>One matrix for the losses over all classes, and over what a cache keeps of them.</summary>
public sealed class DenseAndSparseTests
{
    private const int K = 4;

    private static readonly double[] Temperatures = [1, 2, 4];

    private enum Form
    {
        Dense,
        EveryClass,
        TopK,
    }

    public static TheoryData<Divergence, double> Matrix()
    {
        var data = new TheoryData<Divergence, double>();
        foreach (var divergence in Enum.GetValues<Divergence>().Where(static d => d != Divergence.MeanSquaredLogits))
        {
            foreach (var t in Temperatures)
            {
                data.Add(divergence, t);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Value_is_the_formula_over_the_categories_of_each_form(Divergence divergence, double t)
    {
        foreach (var form in Enum.GetValues<Form>())
        {
            using var scope = NewDisposeScope();
            var (ids, teacher, _) = TinyCache.Make(1);
            var student = TinyCache.Make(2).Logits;
            // The most probable class of the teacher is among its k whatever k is, as Decoupled asks.
            var labels = teacher.argmax(-1);
            var terms = Compute(form, divergence, t, ids, teacher, student, labels);
            var expected = Rows(teacher, student, labels, form == Form.TopK ? K : TinyCache.Classes, t)
                .Average(row => DivergenceReference.Of(divergence, row.Teacher, row.Student, 0, 1, DivergenceMean.BetaOf(divergence, double.NaN)));
            Assert.Equal(t * t * expected, terms.Soft!.ToDouble(), 2e-5 * Math.Max(1, t * t * expected));
            Assert.Equal(nn.functional.cross_entropy(student.flatten(0, 1), labels.flatten()).ToSingle(), terms.Hard.ToSingle(), 1e-5f);
            Assert.Equal((0.25 * terms.Hard.ToDouble()) + (0.75 * terms.Soft!.ToDouble()), terms.Total.ToDouble(), 1e-5 * Math.Max(1, terms.Total.ToDouble()));
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Student_that_equals_its_teacher_has_loss_zero_and_no_gradient(Divergence divergence, double t)
    {
        foreach (var form in Enum.GetValues<Form>())
        {
            using var scope = NewDisposeScope();
            var (ids, teacher, _) = TinyCache.Make(3);
            var student = teacher.clone().requires_grad_();
            var soft = Compute(form, divergence, t, ids, teacher, student, teacher.argmax(-1), alpha: 1);
            soft.Total.backward();
            Assert.Equal(0, soft.Soft!.ToDouble(), 1e-6);
            Assert.Equal(0, student.grad!.abs().max().ToDouble(), 1e-5);
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Gradient_with_every_class_is_that_of_the_dense_loss(Divergence divergence, double t)
    {
        using var scope = NewDisposeScope();
        var (ids, teacher, labels) = TinyCache.Make(4);
        var (dense, sparse) = (Gradient(Form.Dense), Gradient(Form.EveryClass));
        Assert.True(dense.abs().max().ToDouble() > 1e-3);
        Assert.InRange((dense - sparse).abs().max().ToDouble(), 0, 1e-5 * Math.Max(1, dense.abs().max().ToDouble()));

        Tensor Gradient(Form form)
        {
            var student = TinyCache.Make(5).Logits.requires_grad_();
            Compute(form, divergence, t, ids, teacher, student, labels).Total.backward();
            return student.grad!;
        }
    }

    [Theory]
    [MemberData(nameof(Matrix))]
    public void Gradient_over_the_most_probable_classes_is_the_finite_difference(Divergence divergence, double t)
    {
        using var scope = NewDisposeScope();
        var (ids, teacher, _) = TinyCache.Make(6, ScalarType.Float64);
        var labels = teacher.argmax(-1);
        using var cache = new TinyCache();
        var targets = cache.Store(TeacherCacheOptions.TopK(K, Temperatures), ids, teacher);
        FiniteDifference.AssertGradient(
            x => CachedLoss.Compute(x, targets, labels, null, new() { Divergence = divergence, T = t }).Total, TinyCache.Make(7, ScalarType.Float64).Logits);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Rows_that_are_left_out_are_left_out_of_the_targets_too(bool next)
    {
        using var scope = NewDisposeScope();
        using var cache = new TinyCache();
        var (ids, teacher, labels) = TinyCache.Make(8);
        var student = TinyCache.Make(9).Logits;
        labels[0, 1] = LogitRows.IgnoredLabel;
        var mask = tensor(new[,] { { 1, 1, 1 }, { 1, 1, 0 } });
        var targets = cache.Store(TeacherCacheOptions.TopK(TinyCache.Classes, 2), ids, teacher);
        var rows = next
            ? LogitRows.SelectNext(student, teacher, labels, mask, Vocabulary.Same)
            : LogitRows.Select(student, teacher, labels, mask, Vocabulary.Same);
        var terms = next ? CachedLoss.ComputeNext(student, targets, labels, mask) : CachedLoss.Compute(student, targets, labels, mask);
        Assert.Equal(rows.Count, terms.Count);
        Assert.Equal(rows.CrossEntropy().ToSingle(), terms.Hard.ToSingle(), 1e-5f);
        Assert.Equal(4 * ForwardKl.Mean(rows, 2).ToSingle(), terms.Soft!.ToSingle(), 1e-5f);
    }

    [Fact]
    public void No_row_that_counts_gives_zero_and_a_gradient_of_zero()
    {
        using var scope = NewDisposeScope();
        using var cache = new TinyCache();
        var (ids, teacher, labels) = TinyCache.Make(10);
        foreach (var options in (TeacherCacheOptions[])[TeacherCacheOptions.TopK(K, 2), TeacherCacheOptions.Sampled(8, 1, 2)])
        {
            using var other = new TinyCache();
            var student = TinyCache.Make(11).Logits.requires_grad_();
            var terms = CachedLoss.Compute(student, other.Store(options, ids, teacher), full_like(labels, LogitRows.IgnoredLabel));
            terms.Total.backward();
            Assert.Equal((0, 0.0), (terms.Count, terms.Total.ToDouble()));
            Assert.Equal(0, student.grad!.abs().max().ToDouble());
        }
    }

    [Fact]
    public void Draws_are_right_in_the_mean_and_zero_where_the_student_equals_the_teacher()
    {
        using var scope = NewDisposeScope();
        var (ids, teacher, labels) = TinyCache.Make(12);
        var student = TinyCache.Make(13).Logits;
        foreach (var t in Temperatures)
        {
            var options = new CachedLossOptions { T = t, Alpha = 1 };
            var exact = Compute(Form.Dense, Divergence.ForwardKl, t, ids, teacher, student, labels).Soft!.ToDouble();
            var estimates = Enumerable.Range(0, 40).Select(seed =>
            {
                using var cache = new TinyCache();
                var targets = cache.Store(TeacherCacheOptions.Sampled(64, seed, Temperatures), ids, teacher);
                Assert.Equal(0, CachedLoss.Compute(teacher, targets, labels, null, options).Soft!.ToDouble(), 1e-6);
                Assert.Equal(1, targets.Sampled(t).Weights.sum(dim: 1).min().ToDouble(), 1e-6);
                return CachedLoss.Compute(student, targets, labels, null, options).Soft!.ToDouble();
            }).ToArray();
            var mean = estimates.Average();
            var error = Math.Sqrt(estimates.Average(e => (e - mean) * (e - mean)) / (estimates.Length - 1));
            Assert.InRange(mean, exact - (4 * error), exact + (4 * error));
            Assert.True(error < 0.1 * exact, $"{error} of {exact}");
        }
    }

    [Fact]
    public void Half_precision_is_small_where_the_student_equals_the_teacher()
    {
        using var scope = NewDisposeScope();
        using var cache = new TinyCache();
        var (ids, teacher, labels) = TinyCache.Make(14);
        var targets = cache.Store(TeacherCacheOptions.TopK(K, Temperatures) with { Storage = CacheStorage.Float16 }, ids, teacher);
        foreach (var t in Temperatures)
        {
            Assert.InRange(CachedLoss.Compute(teacher, targets, labels, null, new() { T = t }).Soft!.ToDouble(), -1e-6, 1e-4);
        }
    }

    [Fact]
    public void What_cannot_be_had_from_a_cache_is_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using TinyCache cache = new(), draws = new();
        var (ids, teacher, labels) = TinyCache.Make(15);
        var targets = cache.Store(TeacherCacheOptions.TopK(1, 2, 4), ids, teacher);
        var sampled = draws.Store(TeacherCacheOptions.Sampled(8, 1, 2), ids, teacher);
        AssertSays("MeanSquaredLogits cannot", () => CachedLoss.Compute(teacher, targets, labels, null, new() { Divergence = Divergence.MeanSquaredLogits }));
        AssertSays("Decoupled cannot", () => CachedLoss.Compute(teacher, targets, teacher.argmin(-1), null, new() { Divergence = Divergence.Decoupled }));
        AssertSays("6 of 6", () => CachedLoss.Compute(teacher, targets, teacher.argmin(-1), null, new() { Divergence = Divergence.Decoupled }));
        AssertSays("ReverseKl cannot", () => CachedLoss.Compute(teacher, sampled, labels, null, new() { Divergence = Divergence.ReverseKl }));
        AssertSays("temperature 3, but for 2, 4", () => CachedLoss.Compute(teacher, targets, labels, null, new() { T = 3 }));
        AssertSays("of inputs [2, 3]", () => CachedLoss.Compute(teacher.narrow(0, 0, 1), targets, labels.narrow(0, 0, 1)));
        AssertSays("CDSL5006", () => CachedLoss.Compute(cat([teacher, teacher], -1), targets, labels));
        Assert.Throws<InvalidOperationException>(() => sampled.TopK(2));
        Assert.Throws<InvalidOperationException>(() => targets.Sampled(2));

        static void AssertSays(string text, Func<DistillationTerms> compute) => Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(compute).Message);
    }

    private static DistillationTerms Compute(
        Form form, Divergence divergence, double t, Tensor ids, Tensor teacher, Tensor student, Tensor labels, double alpha = 0.75)
    {
        if (form == Form.Dense)
        {
            var rows = LogitRows.Select(student, teacher, labels, null, Vocabulary.Same);
            var (hard, soft) = (rows.CrossEntropy(), t * t * DivergenceMean.Of(divergence, rows, t, double.NaN));
            return new(hard, soft, alpha, rows.Count);
        }

        using var cache = new TinyCache();
        var targets = cache.Store(TeacherCacheOptions.TopK(form == Form.TopK ? K : TinyCache.Classes, Temperatures), ids, teacher);
        return CachedLoss.Compute(student, targets, labels, null, new() { Divergence = divergence, T = t, Alpha = alpha });
    }

    /// <summary>Logits at temperature 1 of the label, the other kept classes and, where there is one, the rest as one class, slowly.</summary>
    private static IEnumerable<(double[] Teacher, double[] Student)> Rows(Tensor teacher, Tensor student, Tensor labels, int k, double t)
    {
        for (var row = 0; row < labels.numel(); row++)
        {
            var (p, q) = (Logits(teacher, row), Logits(student, row));
            var order = Enumerable.Range(0, p.Length).OrderByDescending(i => p[i]).ToArray();
            Assert.Equal(order[0], labels.flatten()[row].ToInt64());
            yield return (Merge(p, order), Merge(q, order));
        }

        double[] Logits(Tensor logits, int row) => logits.reshape(-1, TinyCache.Classes)[row].to(ScalarType.Float64).data<double>().ToArray();

        double[] Merge(double[] z, int[] order)
        {
            var kept = order[..k].Select(i => z[i] / t);
            return k == z.Length ? [.. kept] : [.. kept, Math.Log(order[k..].Sum(i => Math.Exp(z[i] / t)))];
        }
    }
}
