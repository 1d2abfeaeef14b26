namespace CompressDsl;

/// <summary>The base of generated captures: the hooks on some layers, taken off together.</summary>
public abstract class Capture : IDisposable
{
    private readonly List<IDisposable> _parts = [];

    /// <summary>Takes every hook off and releases what was recorded.</summary>
    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Dispose();
        }

        _parts.Clear();
        GC.SuppressFinalize(this);
    }

    /// <summary>Makes a capture part of this one.</summary>
    /// <returns>The part.</returns>
    protected T Add<T>(T part)
        where T : IDisposable
    {
        _parts.Add(part);

        return part;
    }

    /// <summary>Starts a capture for each of several modules and makes them part of this one.</summary>
    /// <returns>The parts, in the order of the modules.</returns>
    protected IReadOnlyList<T> AddAll<TModule, T>(IEnumerable<TModule> modules, Func<TModule, T> start)
        where T : IDisposable
        => [.. modules.Select(module => Add(start(module)))];
}
