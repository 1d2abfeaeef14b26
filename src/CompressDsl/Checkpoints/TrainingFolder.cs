using System.Text.Json;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One state of a training: a file a part, and a list of the files with their sizes, which is written last.</summary>
/// <param name="folder">Its folder.</param>
internal sealed class TrainingFolder(string folder) : ITrainingWriter, ITrainingReader
{
    private const string List = "files.json";

    private readonly SortedDictionary<string, long> _sizes = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public void Write(string name, nn.Module module) => Add(TensorFile(name), path => module.Save(path));

    /// <inheritdoc/>
    public void Write(string name, IEnumerable<KeyValuePair<string, Tensor>> tensors) => Add(TensorFile(name), path => SafeTensors.Write(path, tensors));

    /// <inheritdoc/>
    public void Write(string name, Action<Stream> write) => Add(ByteFile(name), path =>
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 20);
        write(file);
        file.Flush(flushToDisk: true);
    });

    /// <inheritdoc/>
    public void Read(string name, nn.Module module) => module.Load(Path.Combine(folder, TensorFile(name)));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Read(string name)
    {
        using var file = SafeTensorsFile.Open(Path.Combine(folder, TensorFile(name)));
        return file.Names.ToDictionary(static name => name, file.Read);
    }

    /// <inheritdoc/>
    public void Read(string name, Action<Stream> read)
    {
        using var file = new FileStream(Path.Combine(folder, ByteFile(name)), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 20);
        read(file);
    }

    /// <summary>Says that all parts are written.</summary>
    internal void Finish()
    {
        using var file = new FileStream(Path.Combine(folder, List), FileMode.Create);
        JsonSerializer.Serialize(file, _sizes);
        file.Flush(flushToDisk: true);
    }

    /// <summary>What is wrong with a state; null if it is whole.</summary>
    internal static string? FindDamage(string folder)
    {
        try
        {
            var sizes = JsonSerializer.Deserialize<Dictionary<string, long>>(File.ReadAllBytes(Path.Combine(folder, List)))!;
            foreach (var (name, size) in sizes)
            {
                var file = new FileInfo(Path.Combine(folder, name));
                if (!file.Exists || file.Length != size)
                {
                    return $"{name} has {(file.Exists ? file.Length : 0)} bytes of {size}.";
                }
            }

            return null;
        }
        catch (Exception damage) when (damage is IOException or JsonException)
        {
            return damage.Message;
        }
    }

    private static string TensorFile(string name) => $"{name}.safetensors";

    private static string ByteFile(string name) => $"{name}.bin";

    private void Add(string file, Action<string> write)
    {
        var path = Path.Combine(folder, file);
        write(path);
        _sizes.Add(file, new FileInfo(path).Length);
    }
}
