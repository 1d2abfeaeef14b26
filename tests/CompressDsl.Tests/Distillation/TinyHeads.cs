using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Two small heads over two sequences of four, and the loss of the student's by the plain path and by the chunked one.</summary>
internal sealed class TinyHeads
{
    private readonly Tensor[] _parameters;

    public TinyHeads(bool bias, double? softcap, ScalarType type, int classes = 13, int teacherClasses = 13)
    {
        manual_seed(7);
        Student = Head(4, classes);
        Teacher = Head(6, teacherClasses);
        _parameters = bias ? [Student.Hidden, Student.Weight, Student.Bias!] : [Student.Hidden, Student.Weight];
        foreach (var parameter in _parameters)
        {
            parameter.requires_grad = true;
        }

        Labels = tensor(new long[,] { { 1, 7, LogitRows.IgnoredLabel, 3 }, { 0, 10, 5, 2 } });
        Mask = tensor(new[,] { { true, true, true, true }, { true, false, true, true } });

        VocabularyHead Head(int width, int outputs) => new(
            (2 * randn(2, 4, width)).to(type), randn(outputs, width).to(type), bias ? randn(outputs).to(type) : null, softcap);
    }

    public VocabularyHead Student { get; }

    public VocabularyHead Teacher { get; }

    public Tensor Labels { get; }

    public Tensor Mask { get; }

    /// <summary>Hidden, weight and, where there is one, bias of the student.</summary>
    public IReadOnlyList<Tensor> Parameters => _parameters;

    public static Tensor Logits(VocabularyHead head)
    {
        var logits = nn.functional.linear(head.Hidden, head.Weight, head.Bias);
        logits = logits.dtype == ScalarType.Float64 ? logits : logits.@float();
        return head.Softcap is { } cap ? cap * (logits / cap).tanh() : logits;
    }

    public DistillationTerms Compute(ChunkedLossOptions options, Tensor? mask, bool next) => next
        ? ChunkedLoss.ComputeNext(Student, Teacher, Labels, mask, options)
        : ChunkedLoss.Compute(Student, Teacher, Labels, mask, options);

    /// <summary>Hard, soft, total, and the gradients of <see cref="Parameters"/>.</summary>
    public Tensor[] Chunked(ChunkedLossOptions options, Tensor? mask, bool next)
    {
        Clear();
        var terms = Compute(options, mask, next);
        terms.Total.backward();
        return [terms.Hard, terms.Soft!, terms.Total, .. _parameters.Select(static p => p.grad!.clone())];
    }

    /// <summary>The same with all logits at once.</summary>
    public Tensor[] Plain(ChunkedLossOptions options, Tensor? mask, bool next)
    {
        Clear();
        Tensor student = Logits(Student), teacher = Logits(Teacher);
        var rows = next
            ? LogitRows.SelectNext(student, teacher, Labels, mask, options.Vocabulary)
            : LogitRows.Select(student, teacher, Labels, mask, options.Vocabulary);
        var hard = rows.CrossEntropy();
        var soft = options.T * options.T * DivergenceMean.Of(options.Divergence, rows, options.T, options.Beta);
        var total = ((1 - options.Alpha) * hard) + (options.Alpha * soft);
        total.backward();
        return [hard.detach(), soft.detach(), total.detach(), .. _parameters.Select(static p => p.grad!.clone())];
    }

    public void Clear()
    {
        foreach (var parameter in _parameters)
        {
            parameter.grad = null;
        }
    }

    /// <summary>Each pair within a tolerance relative to the greatest number of the pair, or 1.</summary>
    public static void AssertSame(Tensor[] expected, Tensor[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        foreach (var (e, a) in expected.Zip(actual))
        {
            Assert.Equal(e.shape, a.shape);
            var scale = Math.Max(1, e.abs().max().ToDouble());
            Assert.InRange((e.@double() - a.@double()).abs().max().ToDouble(), 0, tolerance * scale);
        }
    }
}
