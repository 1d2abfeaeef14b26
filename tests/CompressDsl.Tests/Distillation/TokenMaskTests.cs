using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

public sealed class TokenMaskTests : IDisposable
{
    private readonly IDisposable scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Labels_and_mask_count_once()
    {
        var labels = tensor(new long[,] { { 1, -100, 2, 3 }, { 4, 5, -100, 6 } });
        var mask = tensor(new long[,] { { 1, 1, 0, 1 }, { 0, 1, 1, 1 } });

        var places = TokenMask.InPlace(labels, mask);
        Assert.Equal(4, places.Count);
        Assert.Equal([1, -100, -100, 3, -100, 5, -100, 6], places.Labels.data<long>().ToArray());
        Assert.Equal([true, false, false, true, false, true, false, true], places.Valid().data<bool>().ToArray());
    }

    [Fact]
    public void Next_moves_every_label_one_place_and_leaves_the_last_place_without()
    {
        var places = TokenMask.Next(tensor(new long[,] { { 7, 8, 9 } }).to(int32), tensor(new[,] { { true, true, false } }));
        Assert.Equal([8, -100, -100], places.Labels.data<long>().ToArray());
        Assert.Equal(1, places.Count);
    }

    [Fact]
    public void Logits_that_are_shifted_do_not_meet_labels_that_are_not()
    {
        var (logits, labels) = (randn(1, 3, 5), zeros(1, 3, int64));
        var error = Assert.Throws<ArgumentException>(() =>
            LogitRows.Select(ShiftedLogits.Next(logits), null, TokenMask.InPlace(labels), Vocabulary.Same));
        Assert.Contains("the next place", error.Message);

        error = Assert.Throws<ArgumentException>(() => LogitRows.Select(
            ShiftedLogits.InPlace(logits), ShiftedLogits.Next(logits), TokenMask.InPlace(labels), Vocabulary.Same));
        Assert.Contains("the teacher's of the next place", error.Message);
    }

    [Fact]
    public void Sequence_of_one_token_has_no_next_place()
    {
        Assert.Contains("[1, 1]", Assert.Throws<ArgumentException>(() => TokenMask.Next(zeros(1, 1, int64))).Message);
        Assert.Contains("[1, 1, 5]", Assert.Throws<ArgumentException>(() => ShiftedLogits.Next(zeros(1, 1, 5))).Message);
        Assert.Contains("[4]", Assert.Throws<ArgumentException>(() => TokenMask.Next(zeros(4, int64))).Message);
        Assert.Contains("[2]", Assert.Throws<ArgumentException>(() => TokenMask.InPlace(zeros(3, int64), zeros(2))).Message);
        Assert.Contains("Float32", Assert.Throws<ArgumentException>(() => TokenMask.InPlace(zeros(3))).Message);
    }

    [Fact]
    public void Batch_without_a_place_that_counts_has_loss_zero_and_a_finite_gradient()
    {
        var student = randn(2, 3, 5).requires_grad_();
        var rows = LogitRows.Select(
            ShiftedLogits.Next(student), ShiftedLogits.Next(randn(2, 3, 5)), TokenMask.Next(zeros(2, 3, int64), zeros(2, 3)), Vocabulary.Same);
        var terms = new DistillationTerms(rows.CrossEntropy(), 4 * ForwardKl.Mean(rows, 2), 0.5, rows.Count);
        terms.Total.backward();
        Assert.Equal((0, 0f), (terms.Count, terms.Total.ToSingle()));
        Assert.Equal(0, student.grad!.abs().max().ToSingle());
    }
}
