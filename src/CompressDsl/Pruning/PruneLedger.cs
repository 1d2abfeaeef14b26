using System.Text.Json;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// What a run writes into its journal: first what was decided by the dense model (shares, and masks that are known), then, stage by stage, the weights, masks
/// and figures of those that are done.
/// </summary>
internal sealed class PruneLedger(IPruneJournal journal)
{
    /// <summary>How many entries there are from a run that was stopped.</summary>
    public int Open(string fingerprint) => journal.Open(fingerprint);

    /// <summary>Writes down what the dense model decided.</summary>
    public void WriteChoices(IReadOnlyList<PruneTask> tasks)
    {
        using var scope = NewDisposeScope();
        foreach (var task in tasks)
        {
            task.RecordShare();
        }

        var choices = tasks.Select(static task => (task.Path, Choice: task.SaveChoice())).Where(static pair => pair.Choice is not null);
        journal.Write(0, choices.ToDictionary(static pair => pair.Path, static pair => pair.Choice!), Records(tasks));
    }

    /// <summary>Takes back what <see cref="WriteChoices"/> wrote.</summary>
    public void ReadChoices(IReadOnlyList<PruneTask> tasks)
    {
        using var scope = NewDisposeScope();
        var (tensors, text) = journal.Read(0);
        foreach (var (task, record) in tasks.Zip(Records(text)))
        {
            task.RestoreChoice(tensors.GetValueOrDefault(task.Path), record);
        }
    }

    /// <summary>Writes down a finished stage.</summary>
    /// <param name="stage">Its number, from 1.</param>
    /// <param name="tasks">Its weights.</param>
    public void Write(int stage, IReadOnlyList<PruneTask> tasks)
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>();
        foreach (var task in tasks)
        {
            (tensors[task.Path], tensors[MaskOf(task)]) = task.Save();
        }

        journal.Write(stage, tensors, Records(tasks));
    }

    /// <summary>Takes back what <see cref="Write"/> wrote.</summary>
    public void Restore(int stage, IReadOnlyList<PruneTask> tasks)
    {
        using var scope = NewDisposeScope();
        var (tensors, text) = journal.Read(stage);
        foreach (var (task, record) in tasks.Zip(Records(text)))
        {
            task.Restore(tensors[task.Path], tensors[MaskOf(task)], record);
        }
    }

    private static string MaskOf(PruneTask task) => task.Path + ".mask";

    private static string Records(IEnumerable<PruneTask> tasks) => JsonSerializer.Serialize(tasks.Select(static task => task.Record));

    private static PruneRecord[] Records(string text) => JsonSerializer.Deserialize<PruneRecord[]>(text)!;
}
