using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The tensors of the files of a folder, and what they are read as: where the config says so, the parts of a compressed weight are one tensor.
/// </summary>
internal sealed class HuggingFaceWeights : ITensorFile
{
    private readonly Dictionary<string, (string Name, SafeTensorsFile File)> places;

    /// <summary>Of open files, by name in the folder.</summary>
    /// <exception cref="FormatException">The parts of a compressed weight contradict each other or the config.</exception>
    public HuggingFaceWeights(string path, CompressedFormat? format, IReadOnlyDictionary<string, SafeTensorsFile> files)
    {
        (Path, Format) = (path, format);
        places = files.SelectMany(static file => file.Value.Names, static (file, name) => (Tensor: name, file.Key, file.Value))
            .ToDictionary(static place => place.Tensor, static place => (place.Key, place.Value), StringComparer.Ordinal);
        Tensors = places.ToDictionary(static place => place.Key, static place => place.Value.File.Tensors[place.Key], StringComparer.Ordinal);
        var compressed = format is null ? [] : FindCompressed();
        var parts = compressed.SelectMany(static weight => weight.Parts).ToHashSet(StringComparer.Ordinal);
        Stored = Tensors.Keys.Where(name => !parts.Contains(name)).Select(name => StoredTensor.Find(this, name, static _ => false)!).Concat(compressed)
            .ToDictionary(static stored => stored.Name, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>The layout of compressed weights; null where there are none.</summary>
    public CompressedFormat? Format { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, SafeTensorInfo> Tensors { get; }

    /// <summary>What the tensors are read as, by name.</summary>
    public IReadOnlyDictionary<string, StoredTensor> Stored { get; }

    /// <inheritdoc/>
    public Tensor Read(string name) => places[name].File.Read(name);

    /// <summary>The file that a tensor is in, of a compressed weight its numbers.</summary>
    public string FileOf(StoredTensor stored) => places[stored is CompressedTensor ? CompressedParts.NameOf(stored.Name, CompressedParts.Values) : stored.Name].Name;

    private CompressedTensor[] FindCompressed()
    {
        CompressedTensor[] found = [.. Tensors.Keys.Select(CompressedParts.WeightOf).OfType<string>().Where(name => !Tensors.ContainsKey(name))
            .Select(name => CompressedTensor.FindParts(this, name, static _ => true)!)];
        var wrong = Array.Find(found, weight => weight.HeaderFault is not null || weight.Format != Format);
        return wrong is null ? found : throw new FormatException(
            $"{Path}: {wrong.HeaderFault ?? $"{wrong.Name} is in {wrong.Format.Name()}, and {HuggingFaceFolder.ConfigName} says {Format!.Value.Name()}"}");
    }
}
