using System.Globalization;
using System.IO.Enumeration;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Remembers the finished stages of a pruning run in a folder, so that the run can go on after it was stopped, even killed.</summary>
/// <remarks>
/// One safetensors file a stage, with the text in its metadata, and the fingerprint in a file of its own. Each is written beside its place, flushed to
/// the disk and renamed, so a file that is there is whole. One process at a time may use the folder.
/// </remarks>
public sealed class PruneJournal : IPruneJournal
{
    private const string TextKey = "text";
    private const string FingerprintName = "fingerprint.txt";
    private const string StageNames = "stage-?????.safetensors";
    private const string TemporaryNames = ".*.tmp";

    private int finished;

    /// <summary>A journal in a folder; nothing is read or written yet.</summary>
    /// <param name="folder">The folder; made when the run begins. It belongs to the journal.</param>
    public PruneJournal(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Folder = Path.GetFullPath(folder);
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    private string FingerprintPath => Path.Combine(Folder, FingerprintName);

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">Another run has written here, or a file of this one is damaged or missing.</exception>
    public int Open(string fingerprint)
    {
        ArgumentException.ThrowIfNullOrEmpty(fingerprint);
        Directory.CreateDirectory(Folder);
        if (!File.Exists(FingerprintPath))
        {
            var other = Directory.EnumerateFileSystemEntries(Folder).Select(Path.GetFileName).OfType<string>().FirstOrDefault(static name => !IsOurs(name));
            if (other is not null)
            {
                throw new InvalidOperationException($"The folder '{Folder}' holds '{other}', which belongs to no journal; choose a folder for the journal alone.");
            }

            // It is written before the first stage and deleted before the last: without it nothing here counts.
            Delete(StageNames);
            Delete(TemporaryNames);
            WriteFingerprint(fingerprint);
            return finished = 0;
        }

        if (File.ReadAllText(FingerprintPath) != fingerprint)
        {
            throw new InvalidOperationException(
                $"The journal '{Folder}' belongs to another run: the weights, the rules, the options or the calibration data were others. "
                + "Discard() it, or choose another folder.");
        }

        Delete(TemporaryNames); // of a write that was killed
        var stages = Directory.GetFiles(Folder, StageNames).Length;
        for (var stage = 0; stage < stages; stage++)
        {
            using var file = OpenStage(stage);
        }

        return finished = stages;
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The stage's file is damaged or missing.</exception>
    public (IReadOnlyDictionary<string, Tensor> Tensors, string Text) Read(int stage)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stage);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(stage, finished);
        using var file = OpenStage(stage);
        return (file.Names.ToDictionary(static name => name, file.Read), file.Metadata.GetValueOrDefault(TextKey, ""));
    }

    /// <inheritdoc/>
    public void Write(int stage, IReadOnlyDictionary<string, Tensor> tensors, string text)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        ArgumentNullException.ThrowIfNull(text);
        if (stage != finished)
        {
            throw new ArgumentOutOfRangeException(nameof(stage), stage, $"{finished} stages are finished, so the next one to write is {finished}.");
        }

        SafeTensors.Write(PathOf(stage), tensors, new Dictionary<string, string> { [TextKey] = text });
        finished++;
    }

    /// <summary>Forgets everything: deletes the files of the journal, and the folder where it holds nothing else.</summary>
    public void Discard()
    {
        finished = 0;
        if (Directory.Exists(Folder))
        {
            File.Delete(FingerprintPath);
            Delete(StageNames);
            Delete(TemporaryNames);
            if (!Directory.EnumerateFileSystemEntries(Folder).Any())
            {
                Directory.Delete(Folder);
            }
        }
    }

    private string PathOf(int stage) => Path.Combine(Folder, string.Create(CultureInfo.InvariantCulture, $"stage-{stage:00000}.safetensors"));

    private SafeTensorsFile OpenStage(int stage)
    {
        try
        {
            return SafeTensorsFile.Open(PathOf(stage));
        }
        catch (Exception damage) when (damage is SafeTensorsException or FileNotFoundException)
        {
            throw new InvalidOperationException(
                $"Stage {stage} of the journal '{Folder}' is damaged or missing, which no stopped run leaves behind: {damage.Message} "
                + "Delete that folder and prune again.",
                damage);
        }
    }

    private void WriteFingerprint(string fingerprint)
    {
        var temporary = Path.Combine(Folder, $".{FingerprintName}.tmp");
        using (var file = new FileStream(temporary, FileMode.Create))
        {
            file.Write(System.Text.Encoding.UTF8.GetBytes(fingerprint));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, FingerprintPath);
    }

    private static bool IsOurs(string name) => FileSystemName.MatchesSimpleExpression(StageNames, name) || FileSystemName.MatchesSimpleExpression(TemporaryNames, name);

    private void Delete(string names)
    {
        foreach (var path in Directory.GetFiles(Folder, names))
        {
            File.Delete(path);
        }
    }
}
