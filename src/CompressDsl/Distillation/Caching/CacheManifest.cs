using System.Globalization;
using System.Text;

namespace CompressDsl;

/// <summary>What a cache is for, as lines of text in a file of its folder: it is made with the first opening and must be the same at every later one.</summary>
internal static class CacheManifest
{
    /// <summary>The file's name; a folder without it holds no cache.</summary>
    public const string Name = "cache.txt";

    /// <summary>Compares what is there with what is asked for; writes it where nothing is there.</summary>
    public static void Open(string folder, TeacherFingerprint fingerprint, TeacherCacheOptions options, bool readOnly)
    {
        var path = Path.Combine(folder, Name);
        var asked = Lines(fingerprint, options);
        if (File.Exists(path))
        {
            Compare(folder, File.ReadAllLines(path), asked);
            return;
        }

        if (readOnly)
        {
            throw new TeacherCacheException($"The folder '{folder}' holds no teacher cache ('{Name}' is missing), and was opened for reading alone.");
        }

        var other = Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName).FirstOrDefault(static name => name is not (CacheLock.Name or Name + ".tmp"));
        if (other is not null)
        {
            throw new TeacherCacheException($"The folder '{folder}' holds '{other}' and no '{Name}': it is no teacher cache. Choose a folder for the cache alone.");
        }

        Write(path, string.Join('\n', asked) + "\n");
    }

    private static string[] Lines(TeacherFingerprint fingerprint, TeacherCacheOptions options) =>
    [
        "compressdsl teacher cache: 1",
        $"teacher: {fingerprint.Teacher}",
        $"tokenizer: {fingerprint.Tokenizer.Sha256}",
        $"contents: {options.Contents}",
        string.Create(CultureInfo.InvariantCulture, $"count: {options.Count}"),
        $"temperatures: {options.TemperatureText}",
        $"storage: {options.Storage}",
        string.Create(CultureInfo.InvariantCulture, $"seed: {(options.Contents == CacheContents.Sampled ? options.Seed : 0)}"),
    ];

    private static void Compare(string folder, string[] stored, string[] asked)
    {
        if (stored.Length != asked.Length || stored[0] != asked[0])
        {
            throw new TeacherCacheException($"'{Path.Combine(folder, Name)}' does not look as this version writes it; it begins with '{stored.FirstOrDefault()}'.");
        }

        foreach (var (was, isNow) in stored.Zip(asked))
        {
            if (was != isNow)
            {
                throw new TeacherCacheException(
                    $"The cache '{folder}' was made for '{was}' and is opened for '{isNow}': its answers are not those of this teacher, tokenizer or " +
                    "setting. Choose another folder, or delete this one.");
            }
        }
    }

    private static void Write(string path, string text)
    {
        var temporary = path + ".tmp";
        using (var file = new FileStream(temporary, FileMode.Create))
        {
            file.Write(Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
