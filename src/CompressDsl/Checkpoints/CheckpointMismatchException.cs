namespace CompressDsl;

/// <summary>A sound file whose tensors do not fit the model. Every misfit is listed, and nothing was copied.</summary>
public sealed class CheckpointMismatchException : Exception
{
    internal CheckpointMismatchException(string path, IReadOnlyList<string> problems)
        : base($"{path} does not fit the model; nothing was loaded:{string.Concat(problems.Select(static problem => $"\n  {problem}"))}")
    {
        Path = path;
        Problems = problems;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>One line a misfit: what is missing, unexpected, or of another shape or dtype.</summary>
    public IReadOnlyList<string> Problems { get; }
}
