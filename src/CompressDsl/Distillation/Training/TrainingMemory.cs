using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Writes a training down, and says what an earlier one wrote.</summary>
internal sealed class TrainingMemory : IDisposable
{
    private const string RecordPart = "training";

    private readonly ITrainingStore? _store;
    private readonly int _every;
    private int _written;

    /// <param name="checkpoint">Where; null for nowhere.</param>
    /// <param name="workers">Who must go on from the same step.</param>
    public TrainingMemory(ITrainingCheckpoint? checkpoint, IWorkers workers)
    {
        _every = checkpoint?.Every ?? 0;
        _store = checkpoint?.Open();
        try
        {
            Record = Find(workers);
            _written = Record?.Step ?? 0;
        }
        catch
        {
            _store?.Dispose();
            throw;
        }
    }

    /// <summary>Whether anything is written.</summary>
    public bool IsOn => _store is not null;

    /// <summary>What is gone on with; null for a training from the start.</summary>
    public TrainingRecord? Record { get; }

    /// <summary>What was found and passed over.</summary>
    public IReadOnlyList<string> Notes => _store?.Notes ?? [];

    /// <summary>Whether a state is to be written after a step.</summary>
    public bool IsDue(int step, bool isLast) => IsOn && step > _written && (isLast || step % _every == 0);

    /// <summary>Writes a state.</summary>
    public void Write(TrainingRecord record, TrainingParts parts)
    {
        using (NewDisposeScope())
        {
            _store!.Write(record.Step, writer =>
            {
                parts.Write(writer);
                writer.Write(RecordPart, record.Write);
            });
        }

        _written = record.Step;
    }

    /// <summary>Puts everything back that is not in the record.</summary>
    public void Read(TrainingParts parts) => _store!.Read(Record!.Step, reader => parts.Read(Record, reader));

    public void Dispose() => _store?.Dispose();

    /// <summary>The newest state that all workers have: one that was killed may be a state behind.</summary>
    private TrainingRecord? Find(IWorkers workers)
    {
        if (_store is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        var newest = zeros([workers.Count], ScalarType.Int64);
        newest[workers.Rank] = _store.Steps is [.., var last] ? last : 0;
        workers.Sum(newest);
        var step = newest.data<long>().Min();
        if (step == 0)
        {
            return null;
        }

        if (!_store.Steps.Contains((int)step))
        {
            throw new InvalidOperationException(
                $"The workers can go on together from step {step}, but worker {workers.Rank} has states of {string.Join(", ", _store.Steps)} only: keep more of them.");
        }

        TrainingRecord? record = null;
        _store.Read((int)step, reader => reader.Read(RecordPart, stream => record = TrainingRecord.Read(stream)));
        return record;
    }
}
