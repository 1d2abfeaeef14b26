using System.Text.RegularExpressions;

namespace CompressDsl.Tool.Checkpoints;

/// <summary>
/// An open checkpoint: a safetensors file as <c>model.Save</c> writes it, or a Hugging Face folder. Its tensors are those of the model, each with how it is stored
/// and its mask; they are read when they are asked for, one by one.
/// </summary>
internal sealed partial class Checkpoint : IDisposable
{
    private readonly IDisposable owner;

    private Checkpoint(IDisposable owner, string path, IReadOnlyDictionary<string, string> metadata, IEnumerable<CheckpointTensor> tensors)
    {
        (this.owner, Path, Metadata) = (owner, path, metadata);
        Tensors = [.. tensors.OrderBy(static tensor => Number().Replace(tensor.Name, static digits => digits.Value.PadLeft(12, '0')), StringComparer.Ordinal)];
    }

    /// <summary>The file or folder.</summary>
    internal string Path { get; }

    /// <summary>The open folder; null where it is a file.</summary>
    internal HuggingFaceFolder? Folder => owner as HuggingFaceFolder;

    /// <summary>The metadata of a file's header; empty for a folder.</summary>
    internal IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors, by name, layer 2 before layer 10.</summary>
    internal IReadOnlyList<CheckpointTensor> Tensors { get; }

    /// <summary>Opens a file or folder; headers are proved, no tensor is read.</summary>
    /// <exception cref="IOException">It is not there.</exception>
    /// <exception cref="FormatException">It is malformed.</exception>
    internal static Checkpoint Open(string path)
    {
        if (Directory.Exists(path))
        {
            return OpenFolder(path);
        }

        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"There is no '{path}'; a .safetensors file, or a folder with config.json and model.safetensors, is right.", path);
        }

        var file = SafeTensorsFile.Open(path);
        try
        {
            return new(file, path, file.Metadata, CheckpointTensor.Of(file, FindStored(file), file.Metadata));
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => owner.Dispose();

    private static Checkpoint OpenFolder(string path)
    {
        var folder = HuggingFaceFolder.Open(path);
        return new(folder, path, new Dictionary<string, string>(), CheckpointTensor.Of(folder.Weights, folder.Weights.Stored.Values, new Dictionary<string, string>()));
    }

    /// <summary>The tensors of a file, those in the parts of a compressed weight once.</summary>
    private static List<StoredTensor> FindStored(SafeTensorsFile file)
    {
        var compressed = new List<CompressedTensor>();
        foreach (var name in file.Names.Select(CompressedParts.WeightOf).OfType<string>().Where(name => !file.Tensors.ContainsKey(name)))
        {
            var weight = CompressedTensor.FindParts(file, name, static _ => true)!;
            if (weight.HeaderFault is null)
            {
                compressed.Add(weight);
            }
            else if (file.Metadata.ContainsKey(name))
            {
                // Where nothing says that it is a weight, a tensor that happens to be called so is one like any other.
                throw new SafeTensorsException(file.Path, weight.HeaderFault);
            }
        }

        var parts = compressed.SelectMany(static weight => weight.Parts).ToHashSet(StringComparer.Ordinal);
        return [.. file.Names.Where(name => !parts.Contains(name)).Select(name => StoredTensor.Find(file, name, static _ => false)!), .. compressed];
    }

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();
}
