using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>torch's random numbers in one training.</summary>
internal sealed class TrainingRandom
{
    /// <summary>Seeds the generator; puts it where it was before the first batch, where a training is gone on with.</summary>
    public TrainingRandom(DistillationOptions options, TrainingRecord? record)
    {
        if (record is not null)
        {
            RandomState.Set(record.StartRandom);
        }
        else if (options.Seed is { } seed)
        {
            manual_seed(seed);
        }

        Start = options.Checkpoint is null ? [] : RandomState.Get();
        CudaSeed = record?.CudaSeed ?? options.Seed ?? RandomState.InitialSeed();
    }

    /// <summary>The state before the first batch.</summary>
    public byte[] Start { get; }

    /// <summary>What the GPUs' generators are seeded from.</summary>
    public long CudaSeed { get; }
}
