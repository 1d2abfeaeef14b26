using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CompressDsl;

/// <summary>Keeps what a teacher wrote, one file for each batch of prompts, so that a run can go on after it was stopped, even killed.</summary>
/// <remarks>Each file is written beside its place, flushed to the disk and renamed, so a file that is there is whole.</remarks>
/// <param name="folder">The folder; it is made when the first batch is written.</param>
internal sealed class SequenceFolder(string folder)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Tells a batch from others.</summary>
    /// <param name="teacher">Name and shape of the teacher.</param>
    /// <param name="options">How it writes and what is kept.</param>
    /// <param name="prompts">The prompts.</param>
    public static string Fingerprint(string teacher, SequenceLevelOptions options, IReadOnlyList<IReadOnlyList<long>> prompts)
    {
        var decoding = options.Generation.Decoding;
        string[] run = [teacher, JsonSerializer.Serialize(options, Json), decoding.GetType().Name, JsonSerializer.Serialize(decoding, decoding.GetType(), Json)];
        var text = string.Join('\n', run.Concat(prompts.Select(static prompt => string.Join(' ', prompt))));
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>What was written for a batch; null where nothing was yet.</summary>
    /// <exception cref="InvalidOperationException">It is of another run, or no file of ours.</exception>
    public SequencePart? Read(int batch, string fingerprint)
    {
        var path = PathOf(batch);
        if (!File.Exists(path))
        {
            return null;
        }

        SequencePart? part;
        try
        {
            part = JsonSerializer.Deserialize<SequencePart>(File.ReadAllBytes(path), Json);
        }
        catch (JsonException damage)
        {
            throw new InvalidOperationException($"'{path}' holds no written sequences, which no stopped run leaves behind: {damage.Message} Delete it.", damage);
        }

        return part?.Fingerprint == fingerprint
            ? part
            : throw new InvalidOperationException($"'{path}' belongs to another run: the teacher, the options or the prompts were others. Choose another folder, or delete this one.");
    }

    public void Write(int batch, SequencePart part)
    {
        Directory.CreateDirectory(folder);
        var (path, temporary) = (PathOf(batch), PathOf(batch) + ".tmp");
        using (var file = new FileStream(temporary, FileMode.Create))
        {
            JsonSerializer.Serialize(file, part, Json);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private string PathOf(int batch) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"sequences-{batch:000000}.json"));
}
