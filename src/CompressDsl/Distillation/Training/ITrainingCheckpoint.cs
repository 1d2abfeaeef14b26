namespace CompressDsl;

/// <summary>Where a training remembers how far it is; <c>TrainingCheckpoint</c> is a folder.</summary>
public interface ITrainingCheckpoint
{
    /// <summary>Every how many steps the training is written down, at least 1.</summary>
    int Every { get; }

    /// <summary>Opens it for one training.</summary>
    /// <exception cref="InvalidOperationException">Another training has it open.</exception>
    ITrainingStore Open();
}
