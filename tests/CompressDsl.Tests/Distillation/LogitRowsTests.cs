using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

public sealed class LogitRowsTests
{
    [Fact]
    public void Label_and_mask_leave_out_the_same_rows_of_everything()
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = (randn(2, 3, 4), randn(2, 3, 4));
        var labels = tensor(new long[,] { { 1, -100, 2 }, { 0, 3, 1 } });
        var mask = tensor(new[,] { { 1, 1, 1 }, { 0, 1, 0 } });
        var rows = LogitRows.Select(student, teacher, labels, mask, Vocabulary.Same);

        Assert.Equal(3, rows.Count);
        Assert.Equal([1L, 2, 3], rows.Labels.data<long>().ToArray());
        Assert.Equal(Kept(student), rows.Student.data<float>().ToArray());
        Assert.Equal(Kept(teacher), rows.Teacher.data<float>().ToArray());

        static float[] Kept(Tensor logits) => stack([logits[0, 0], logits[0, 2], logits[1, 1]]).data<float>().ToArray();
    }

    [Fact]
    public void Next_holds_the_logits_of_a_place_against_the_label_of_the_one_after()
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = (randn(2, 4, 5), randn(2, 4, 5));
        var labels = tensor(new long[,] { { 0, 1, -100, 3 }, { 4, 3, 2, 1 } });
        var mask = tensor(new[,] { { false, true, true, true }, { true, false, true, true } });
        var rows = LogitRows.SelectNext(student, teacher, labels, mask, Vocabulary.Same);

        Assert.Equal([1L, 3, 2, 1], rows.Labels.data<long>().ToArray());
        Assert.Equal(Kept(student), rows.Student.data<float>().ToArray());
        Assert.Equal(Kept(teacher), rows.Teacher.data<float>().ToArray());
        Assert.Equal(rows.CrossEntropy().ToSingle(), DistillationTerms.FromNextLabels(student, labels.to(int32), mask).Hard.ToSingle());

        static float[] Kept(Tensor logits) => stack([logits[0, 0], logits[0, 2], logits[1, 1], logits[1, 2]]).data<float>().ToArray();
    }

    [Fact]
    public void Next_needs_a_sequence()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("[2, 4]", Assert.Throws<ArgumentException>(() => LogitRows.SelectNext(randn(2, 4), zeros(2, int64))).Message);
        Assert.Contains("[2, 1, 4]", Assert.Throws<ArgumentException>(() => LogitRows.SelectNext(randn(2, 1, 4), zeros([2, 1], int64))).Message);
    }

    [Fact]
    public void NaN_in_a_row_that_is_left_out_reaches_neither_value_nor_gradient()
    {
        using var scope = NewDisposeScope();
        var values = randn(3, 4);
        values[1] = full([4], float.NaN);
        var student = values.requires_grad_();
        var rows = LogitRows.Select(student, values.detach(), tensor(new long[] { 1, 2, 3 }), tensor(new[] { true, false, true }), Vocabulary.Same);
        var loss = rows.CrossEntropy() + ForwardKl.Mean(rows, 2);
        loss.backward();
        Assert.True(double.IsFinite(loss.ToDouble()));
        Assert.True(student.grad!.isfinite().all().ToBoolean());
    }

    [Fact]
    public void Cross_entropy_is_the_mean_negative_log_probability_of_the_label()
    {
        using var scope = NewDisposeScope();
        var logits = randn(2, 3, 4);
        var labels = tensor(new[,] { { 1, -100, 2 }, { 0, 3, 1 } }); // int32 is accepted
        var expected = new[] { (0, 0, 1), (0, 2, 2), (1, 0, 0), (1, 1, 3), (1, 2, 1) }
            .Average(i => -Math.Log(logits.@double().softmax(-1)[i.Item1, i.Item2, i.Item3].ToDouble()));
        Assert.Equal(expected, LogitRows.Select(logits, labels).CrossEntropy().ToDouble(), 1e-6);
    }

    [Fact]
    public void Different_class_counts_are_an_error_that_names_both()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => LogitRows.Select(randn(2, 7), randn(2, 9), zeros(2, int64), null, Vocabulary.Same));
        Assert.Contains("CDSL5006", error.Message);
        Assert.Contains("7 classes", error.Message);
        Assert.Contains("the teacher's 9", error.Message);
    }

    [Theory]
    [InlineData(7, 5)]
    [InlineData(5, 7)]
    public void Truncate_compares_the_classes_that_both_have_and_keeps_the_hard_term_whole(int studentClasses, int teacherClasses)
    {
        using var scope = NewDisposeScope();
        var (student, teacher) = (randn(3, studentClasses), randn(3, teacherClasses));
        var labels = full([3], studentClasses - 1, int64);
        var rows = LogitRows.Select(student, teacher, labels, null, Vocabulary.Truncate);
        var cut = LogitRows.Select(student.narrow(1, 0, 5), teacher.narrow(1, 0, 5), zeros(3, int64), null, Vocabulary.Same);

        Assert.Equal(ForwardKl.Mean(cut, 2).ToSingle(), ForwardKl.Mean(rows, 2).ToSingle());
        Assert.Equal(nn.functional.cross_entropy(student, labels).ToSingle(), rows.CrossEntropy().ToSingle(), 1e-6f);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(4)]
    public void Label_out_of_range_is_named(long label)
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => LogitRows.Select(randn(2, 4), tensor(new[] { 0, label })));
        Assert.Contains($"A label is {label}", error.Message);
        Assert.Contains("[0, 4)", error.Message);
    }

    [Fact]
    public void Input_that_does_not_fit_is_named()
    {
        using var scope = NewDisposeScope();
        var (logits, labels) = (randn(2, 3, 4), zeros([2, 3], int64));
        AssertSays("The student's logits are [2]", () => LogitRows.Select(randn(2), labels));
        AssertSays("The student's logits are Int64", () => LogitRows.Select(zeros([2, 3, 4], int64), labels));
        AssertSays("The labels are [3, 2]; for logits [2, 3, 4] they must be [2, 3]", () => LogitRows.Select(logits, zeros([3, 2], int64)));
        AssertSays("The labels are Float32", () => LogitRows.Select(logits, zeros(2, 3)));
        AssertSays("The mask is [2]", () => LogitRows.Select(logits, labels, ones(2)));
        AssertSays("The teacher's logits are [2, 4]", () => LogitRows.Select(logits, randn(2, 4), labels, null, Vocabulary.Same));
        AssertSays("on meta", () => LogitRows.Select(logits, randn([2, 3, 4], device: META), labels, null, Vocabulary.Same));

        static void AssertSays(string text, Func<LogitRows> select) => Assert.Contains(text, Assert.Throws<ArgumentException>(select).Message);
    }

    [Fact]
    public void Rows_without_a_teacher_have_no_soft_term()
    {
        using var scope = NewDisposeScope();
        Assert.Throws<InvalidOperationException>(() => ForwardKl.Mean(LogitRows.Select(randn(2, 4), zeros(2, int64)), 2));
    }
}
