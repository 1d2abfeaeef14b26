using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Tests.Checkpoints;

public sealed class PruneJournalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    private string Journal => _folder["out.journal"];

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Stages_AreThereAgain_ForTheSameRun()
    {
        var values = tensor([1.5f, 0f, float.NegativeInfinity, float.NaN]);
        var first = new PruneJournal(Journal);
        Assert.Equal(0, first.Open("run"));
        first.Write(0, new Dictionary<string, Tensor>(), "choices");
        first.Write(1, new Dictionary<string, Tensor> { ["a"] = values, ["a.mask"] = values.eq(0) }, """{ "error": 0.25, "ä": "é" }""");

        var second = new PruneJournal(Journal);
        Assert.Equal(2, second.Open("run"));

        var (none, choices) = second.Read(0);
        Assert.Empty(none);
        Assert.Equal("choices", choices);
        var (tensors, text) = second.Read(1);
        Assert.Equal("""{ "error": 0.25, "ä": "é" }""", text);
        Assert.Equal(values.bytes.ToArray(), tensors["a"].bytes.ToArray());
        Assert.Equal(ScalarType.Bool, tensors["a.mask"].dtype);
        second.Write(2, tensors, "");
        Assert.Equal(3, new PruneJournal(Journal).Open("run"));
    }

    [Fact]
    public void AnotherRun_IsRefused_AndTheJournalStays()
    {
        var first = new PruneJournal(Journal);
        first.Open("run");
        first.Write(0, new Dictionary<string, Tensor>(), "");

        var error = Assert.Throws<InvalidOperationException>(() => new PruneJournal(Journal).Open("another"));

        Assert.Contains(Journal, error.Message, StringComparison.Ordinal);
        Assert.Contains("Discard() it, or choose another folder", error.Message, StringComparison.Ordinal);
        Assert.Equal(1, new PruneJournal(Journal).Open("run"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(-1)]
    public void DamagedStage_IsAnError(int length)
    {
        var first = new PruneJournal(Journal);
        first.Open("run");
        first.Write(0, new Dictionary<string, Tensor> { ["a"] = ones(8) }, "");
        var stage = Directory.GetFiles(Journal, "*.safetensors").Single();
        using (var file = File.OpenWrite(stage))
        {
            file.SetLength(length < 0 ? file.Length - 1 : length);
        }

        var error = Assert.Throws<InvalidOperationException>(() => new PruneJournal(Journal).Open("run"));

        Assert.Contains($"Stage 0 of the journal '{Journal}' is damaged", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingStage_IsAnError()
    {
        var first = new PruneJournal(Journal);
        first.Open("run");
        first.Write(0, new Dictionary<string, Tensor>(), "");
        first.Write(1, new Dictionary<string, Tensor>(), "");
        File.Delete(Path.Combine(Journal, "stage-00000.safetensors"));

        Assert.Throws<InvalidOperationException>(() => new PruneJournal(Journal).Open("run"));
    }

    [Fact]
    public void WhatKilledRunsLeave_CountsForNothing()
    {
        var first = new PruneJournal(Journal);
        first.Open("run");
        first.Write(0, new Dictionary<string, Tensor>(), "");
        File.WriteAllText(Path.Combine(Journal, ".stage-00001.safetensors.x.tmp"), "half");
        Assert.Equal(1, new PruneJournal(Journal).Open("run"));
        Assert.Equal(2, Directory.GetFiles(Journal).Length);

        // Killed while it was discarded: the fingerprint goes first.
        File.Delete(Path.Combine(Journal, "fingerprint.txt"));
        Assert.Equal(0, new PruneJournal(Journal).Open("another"));
        Assert.Single(Directory.GetFiles(Journal));
    }

    [Fact]
    public void Discard_LeavesNothing_ButWhatIsNotItsOwn()
    {
        var journal = new PruneJournal(Journal);
        journal.Discard();
        journal.Open("run");
        journal.Write(0, new Dictionary<string, Tensor>(), "");
        journal.Discard();
        Assert.False(Directory.Exists(Journal));

        journal.Open("run");
        File.WriteAllText(Path.Combine(Journal, "notes.txt"), "mine");
        journal.Discard();
        Assert.Equal(["notes.txt"], Directory.GetFiles(Journal).Select(Path.GetFileName));
        Assert.Contains("'notes.txt'", Assert.Throws<InvalidOperationException>(() => journal.Open("run")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void StagesOutOfOrder_AreRefused()
    {
        var journal = new PruneJournal(Journal);
        journal.Open("run");

        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Write(1, new Dictionary<string, Tensor>(), ""));
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.Read(0));
    }
}
