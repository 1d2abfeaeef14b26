using System.Globalization;

namespace CompressDsl;

/// <summary>The states of a training in a folder; see <see cref="TrainingCheckpoint"/>.</summary>
internal sealed class TrainingStore : ITrainingStore
{
    private const string Prefix = "step-";
    private const string Temporary = ".tmp";
    private const string Lock = ".lock";

    private readonly string _folder;
    private readonly int _keep;
    private readonly List<int> _steps = [];
    private readonly List<string> _notes = [];
    private readonly FileStream _lock;

    public TrainingStore(string folder, int keep)
    {
        (_folder, _keep) = (folder, keep);
        Directory.CreateDirectory(folder);
        _lock = TakeLock();
        foreach (var path in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            Look(path);
        }

        _steps.Sort();
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Steps => _steps;

    /// <inheritdoc/>
    public IReadOnlyList<string> Notes => _notes;

    /// <inheritdoc/>
    public void Write(int step, Action<ITrainingWriter> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var path = PathOf(step);
        var temporary = Aside(path);
        Directory.CreateDirectory(temporary);
        var folder = new TrainingFolder(temporary);
        write(folder);
        folder.Finish();
        if (Directory.Exists(path))
        {
            // A damaged one that was passed over.
            Remove(path);
        }

        Directory.Move(temporary, path);
        _steps.Remove(step);
        _steps.Add(step);
        while (_steps.Count > _keep)
        {
            Remove(PathOf(_steps[0]));
            _steps.RemoveAt(0);
        }
    }

    /// <inheritdoc/>
    public void Read(int step, Action<ITrainingReader> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        read(new TrainingFolder(PathOf(step)));
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    private FileStream TakeLock()
    {
        try
        {
            // Held by the system for as long as the process lives, so no kill leaves it behind.
            return new FileStream(Path.Combine(_folder, Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException error)
        {
            throw new InvalidOperationException($"Another training has the checkpoint '{_folder}' open: {error.Message}", error);
        }
    }

    private void Look(string path)
    {
        var name = Path.GetFileName(path);
        if (name.StartsWith('.' + Prefix, StringComparison.Ordinal) && name.EndsWith(Temporary, StringComparison.Ordinal))
        {
            _notes.Add($"{name} was only half written or half deleted when a training was killed; it was passed over and deleted.");
            Directory.Delete(path, recursive: true);
        }
        else if (name.StartsWith(Prefix, StringComparison.Ordinal) && int.TryParse(name.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var step))
        {
            if (TrainingFolder.FindDamage(path) is { } damage)
            {
                _notes.Add($"{name} is damaged and was passed over: {damage}");
            }
            else
            {
                _steps.Add(step);
            }
        }
    }

    private string PathOf(int step) => Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step:00000000}"));

    private string Aside(string path)
    {
        var aside = Path.Combine(_folder, $".{Path.GetFileName(path)}{Temporary}");
        if (Directory.Exists(aside))
        {
            Directory.Delete(aside, recursive: true);
        }

        return aside;
    }

    /// <summary>Deletes a state; a kill meanwhile leaves it under a name that says so.</summary>
    private void Remove(string path)
    {
        var aside = Aside(path + "-old");
        Directory.Move(path, aside);
        Directory.Delete(aside, recursive: true);
    }
}
