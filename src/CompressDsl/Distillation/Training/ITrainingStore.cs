namespace CompressDsl;

/// <summary>The states of one training, each whole or not there.</summary>
public interface ITrainingStore : IDisposable
{
    /// <summary>The steps after which there is a whole state, in ascending order.</summary>
    IReadOnlyList<int> Steps { get; }

    /// <summary>What was found and passed over when it was opened: states that were only half written, or damaged.</summary>
    IReadOnlyList<string> Notes { get; }

    /// <summary>Writes a state, all or nothing: whatever happens meanwhile, the one before is still there until this one is whole.</summary>
    /// <param name="step">How many steps are done.</param>
    /// <param name="write">Writes its parts.</param>
    void Write(int step, Action<ITrainingWriter> write);

    /// <summary>Reads a state.</summary>
    /// <param name="step">One of <see cref="Steps"/>.</param>
    /// <param name="read">Reads its parts, in any order, all or some.</param>
    void Read(int step, Action<ITrainingReader> read);
}
