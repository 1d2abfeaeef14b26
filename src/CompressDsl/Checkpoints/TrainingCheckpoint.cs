namespace CompressDsl;

/// <summary>
/// Writes a training down in a folder while it runs, so that it goes on after it was stopped, even killed, to the bit: <c>new DistillationOptions { Checkpoint = new
/// TrainingCheckpoint("run") { Every = 200 }, .. }</c>.
/// </summary>
/// <remarks>
/// One folder a state, <c>step-00000200</c>, with <c>student.safetensors</c>, which <c>student.Load</c> reads, float32 masters, projections, the optimizer's moments and the
/// rest. It is written beside its place, flushed to the disk and renamed: a state that is there is whole. One process at a time may use the folder.
/// </remarks>
public sealed record TrainingCheckpoint : ITrainingCheckpoint
{
    /// <summary>A checkpoint in a folder; nothing is read or written yet.</summary>
    /// <param name="folder">The folder; made when the training begins.</param>
    public TrainingCheckpoint(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = Path.GetFullPath(folder);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Every how many steps a state is written, at least 1; one more when the training ends or is cancelled. Default 100.</summary>
    public int Every { get; init; } = 100;

    /// <summary>How many of the newest states are kept, at least 1. Default 2.</summary>
    public int Keep { get; init; } = 2;

    /// <inheritdoc/>
    public ITrainingStore Open()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Keep, 1);
        return new TrainingStore(Folder, Keep);
    }
}
