using System.Text;
using Documentation;

namespace TextTeacher;

/// <summary>The text to learn from and the text to judge by, as bytes; no file gives to both where there is more than one file.</summary>
/// <param name="Train">What models are trained and distilled on.</param>
/// <param name="Validation">What every figure is measured on.</param>
/// <param name="Description">Where the text comes from and how it was split, for the reader of the results.</param>
public sealed record Corpus(byte[] Train, byte[] Validation, string Description)
{
    /// <summary>Below this much training text (bytes) nothing can be learnt that would not be learnt by heart.</summary>
    public const int MinimumTrain = 64 * 1024;

    /// <summary>Below this much validation text (bytes) the figures would be noise.</summary>
    public const int MinimumValidation = 4 * 1024;

    /// <summary>At most this part of the text is kept for validation where a split can be chosen.</summary>
    private const double ValidationShare = 0.1;

    /// <summary>
    /// The English of the documentation files beside the SDK's reference assemblies. A line that occurs anywhere before is left out, so that neither
    /// families of overloads nor phrases shared by files are counted twice, and no line of the validation text occurs in the training text.
    /// </summary>
    /// <exception cref="DirectoryNotFoundException">The reference pack is not on this machine.</exception>
    public static Corpus FromReferencePack()
    {
        var files = ReferencePack.DocumentationFiles();
        var texts = files.Select(file => new Text(Path.GetFileName(file), Encoding.UTF8.GetBytes(string.Join('\n', Sentences(file))))).ToList();
        var (train, validation) = SplitByFile(texts);

        var seen = new HashSet<string>(StringComparer.Ordinal);
        var trainText = Unseen(train, seen);
        var validationText = Unseen(validation, seen);
        return Checked(trainText, validationText, $"{texts.Count} documentation files of the SDK's reference pack, {validation.Count} of them for validation");
    }

    /// <summary>Any other text: the files of a folder and its subfolders, split by file, or one file, whose last tenth is for validation.</summary>
    /// <exception cref="FileNotFoundException">There is nothing at <paramref name="path"/>.</exception>
    /// <exception cref="InvalidDataException">The text is too short, or it is not text.</exception>
    public static Corpus FromPath(string path)
    {
        if (File.Exists(path))
        {
            var text = Read(path);
            var cut = (int)(text.Length * (1 - ValidationShare));
            return Checked(text[..cut], text[cut..], $"'{path}', its last tenth for validation");
        }

        if (!Directory.Exists(path))
        {
            throw new FileNotFoundException($"There is no corpus at '{path}'; --corpus takes a text file or a folder of text files.", path);
        }

        var texts = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Select(file => new Text(Path.GetRelativePath(path, file).Replace('\\', '/'), Read(file)))
            .Where(text => text.Bytes.Length > 0)
            .ToList();
        if (texts.Count == 0)
        {
            throw new InvalidDataException($"The folder '{path}' holds no text; --corpus takes a text file or a folder of text files.");
        }

        if (texts.Count == 1)
        {
            return FromPath(Path.Combine(path, texts[0].Name));
        }

        var (train, validation) = SplitByFile(texts);
        return Checked(Joined(train), Joined(validation), $"{texts.Count} files of '{path}', {validation.Count} of them for validation");
    }

    /// <summary>Only what ends as a sentence does: the rest is signatures, instruction names and tables.</summary>
    private static IEnumerable<string> Sentences(string file)
        => XmlDocumentation.ReadLines(file).Where(line => line.EndsWith('.'));

    /// <summary>
    /// Walks the files in the order of a hash of their names, which does not depend on the machine, and gives each to validation that still fits under its
    /// share. Where that is too little, because the files are few and large, the smallest file that is enough goes instead.
    /// </summary>
    private static (List<Text> Train, List<Text> Validation) SplitByFile(List<Text> texts)
    {
        var share = texts.Sum(text => (long)text.Bytes.Length) * ValidationShare;
        var validation = new List<Text>();
        var taken = 0L;
        foreach (var text in texts.OrderBy(text => StableHash(text.Name)).ThenBy(text => text.Name, StringComparer.Ordinal))
        {
            if (taken + text.Bytes.Length <= share)
            {
                validation.Add(text);
                taken += text.Bytes.Length;
            }
        }

        if (taken < MinimumValidation)
        {
            validation = [.. texts.Where(text => text.Bytes.Length >= MinimumValidation)
                .OrderBy(text => text.Bytes.Length).ThenBy(text => text.Name, StringComparer.Ordinal).Take(1)];
        }

        return ([.. texts.Except(validation).OrderBy(text => text.Name, StringComparer.Ordinal)], validation);
    }

    private static byte[] Unseen(List<Text> texts, HashSet<string> seen)
        => Encoding.UTF8.GetBytes(string.Join('\n', texts.SelectMany(text => Encoding.UTF8.GetString(text.Bytes).Split('\n')).Where(seen.Add)));

    private static byte[] Joined(List<Text> texts)
    {
        using var all = new MemoryStream();
        foreach (var text in texts)
        {
            all.Write(text.Bytes);
            all.WriteByte((byte)'\n');
        }

        return all.ToArray();
    }

    private static byte[] Read(string file)
    {
        var bytes = File.ReadAllBytes(file);
        return Array.IndexOf(bytes, (byte)0) is var zero and >= 0
            ? throw new InvalidDataException($"'{file}' is not text: byte {zero} is zero. Leave it out of the corpus.")
            : bytes;
    }

    private static Corpus Checked(byte[] train, byte[] validation, string description)
    {
        Check(train.Length, MinimumTrain, "training");
        Check(validation.Length, MinimumValidation, "validation");
        return new Corpus(train, validation, description);

        void Check(int length, int minimum, string part)
        {
            if (length < minimum)
            {
                throw new InvalidDataException(
                    $"The corpus ({description}) leaves {length:N0} bytes for {part}; at least {minimum:N0} are needed. Give a longer text.");
            }
        }
    }

    /// <summary>FNV-1a: string.GetHashCode changes from run to run.</summary>
    private static uint StableHash(string name)
        => Encoding.UTF8.GetBytes(name).Aggregate(2166136261u, (hash, b) => unchecked((hash ^ b) * 16777619u));

    private sealed record Text(string Name, byte[] Bytes);
}
