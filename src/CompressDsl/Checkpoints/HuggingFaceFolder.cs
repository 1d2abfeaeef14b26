using System.Text.Json;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// An open model folder in Hugging Face's layout: <c>config.json</c>, and the weights in <c>model.safetensors</c> or in the shards that
/// <c>model.safetensors.index.json</c> names. Opening reads the config and the headers; each tensor is read when it is asked for.
/// </summary>
public sealed class HuggingFaceFolder : IDisposable
{
    internal const string ConfigName = "config.json";
    internal const string SingleName = "model.safetensors";
    internal const string IndexName = "model.safetensors.index.json";

    private readonly Dictionary<string, SafeTensorsFile> files;

    private HuggingFaceFolder(string path, HuggingFaceConfig config, Dictionary<string, SafeTensorsFile> files)
    {
        (Path, Config, this.files) = (path, config, files);
        Weights = new(path, HuggingFaceSparsity.Read(config), files);
        Tensors = Weights.Stored.ToDictionary(static pair => pair.Key, static pair => pair.Value.Info, StringComparer.Ordinal);
    }

    /// <summary>The folder, as a full path.</summary>
    public string Path { get; }

    /// <summary>The content of <c>config.json</c>.</summary>
    public HuggingFaceConfig Config { get; }

    /// <summary>
    /// Every tensor of every shard, by name. Weights that the config says to be in a layout of compressed-tensors (sparse-bitmask or sparse-24-bitmask) stand here as
    /// they are read: dense, under their own name, with the place of their numbers.
    /// </summary>
    public IReadOnlyDictionary<string, SafeTensorInfo> Tensors { get; }

    /// <summary>The same, with how they are stored.</summary>
    internal HuggingFaceWeights Weights { get; }

    /// <summary>The files with the weights, by name in the folder.</summary>
    internal IReadOnlyDictionary<string, SafeTensorsFile> Files => files;

    /// <summary>Opens a folder and checks the config's JSON and every header.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="IOException">The folder, its config or its weights are not there or cannot be read.</exception>
    /// <exception cref="FormatException">The config, the index or a header is malformed, or index and shards contradict each other.</exception>
    public static HuggingFaceFolder Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        if (!Directory.Exists(path))
        {
            throw new DirectoryNotFoundException($"There is no folder '{path}'; a folder with {ConfigName} and {SingleName} is right.");
        }

        var config = HuggingFaceConfig.Read(Require(path, ConfigName));
        var index = System.IO.Path.Combine(path, IndexName);
        var files = new Dictionary<string, SafeTensorsFile>(StringComparer.Ordinal);
        try
        {
            if (File.Exists(System.IO.Path.Combine(path, SingleName)) || !File.Exists(index))
            {
                files[SingleName] = SafeTensorsFile.Open(Require(path, SingleName));
            }
            else
            {
                OpenShards(path, index, files);
            }

            return new(path, config, files);
        }
        catch
        {
            Close(files);
            throw;
        }
    }

    /// <summary>Reads one tensor into host memory; the caller owns it.</summary>
    /// <param name="name">A name of <see cref="Tensors"/>.</param>
    /// <returns>A new contiguous tensor of the file's shape and dtype, without gradient.</returns>
    /// <exception cref="KeyNotFoundException">No file of the folder has a tensor of this name.</exception>
    /// <exception cref="SafeTensorsException">TorchSharp has no such dtype, the parts of a compressed weight contradict each other, or the file was changed
    /// meanwhile.</exception>
    public Tensor Read(string name) => Weights.Stored.TryGetValue(name, out var stored)
        ? stored.Read()
        : throw new KeyNotFoundException($"{Path} has no tensor '{name}'; it has {Tensors.Count}: {string.Join(", ", Tensors.Keys.Take(8))}.");

    /// <summary>
    /// Copies the folder's tensors into a module's own, converted to their device and dtype. Every name, shape and dtype is checked before the first
    /// value is copied.
    /// </summary>
    /// <param name="module">The module; its parameters stay the same objects.</param>
    /// <param name="layout">How the names meet; null: they are the same.</param>
    /// <exception cref="CheckpointMismatchException">The folder does not fit the module; every misfit is listed.</exception>
    public void Load(nn.Module module, HuggingFaceLayout? layout = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var scope = NewDisposeScope();
        using var gradientsOff = no_grad();
        HuggingFacePlan.Of(this, module, layout ?? HuggingFaceLayout.Same).Copy();
    }

    /// <summary>
    /// Writes a folder like this one, with a module's values in the place of this one's: the same files, names, shapes and dtypes, the same config,
    /// and the tokenizer's files. Masks are not stored: what is pruned is zero. All or nothing: a finished folder takes the place of an old one at the end.
    /// </summary>
    /// <remarks>
    /// Of a module that was shrunk since it was read, the tensors have the new shapes, those of removed blocks are not there, and the config has the new heads, key/value
    /// heads, size of a head, intermediate size, hidden size and layers.
    /// </remarks>
    /// <param name="path">The new folder; the one above it must exist. An old model folder without folders in it is replaced.</param>
    /// <param name="module">The module whose values are written.</param>
    /// <param name="layout">How the names meet; null: they are the same.</param>
    /// <param name="weights">How the weights of layers in compact storage are written. Compact ones are named in the config, under
    /// <c>quantization_config.sparsity_config</c>.</param>
    /// <returns>The bytes of the weights' files.</returns>
    /// <exception cref="CheckpointMismatchException">The module does not fit this folder; nothing was written.</exception>
    /// <exception cref="InvalidOperationException">The config cannot express the module's shape or its compact storages; nothing was written.</exception>
    /// <exception cref="FormatException">The config is of a family whose sizes are not known; nothing was written.</exception>
    /// <exception cref="IOException">The target is this folder or one above it, or is something other than a model folder.</exception>
    public long Save(string path, nn.Module module, HuggingFaceLayout? layout = null, SavedWeights weights = SavedWeights.Dense)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(module);
        using var scope = NewDisposeScope();
        using var target = HuggingFaceTarget.Of(path, this);
        layout ??= HuggingFaceLayout.Same;
        var plan = StructureRecord.Of(module)?.IsShrunk == true ? HuggingFacePlan.OfShrunk(this, module, layout) : HuggingFacePlan.Of(this, module, layout);
        return target.Write(plan, HuggingFaceCompact.Of(plan, weights));
    }

    /// <summary>
    /// Throws what <see cref="Save"/> would throw after a shrink of what is masked now, before the shrink: heads, channels and blocks that a config of this family cannot
    /// express. Nothing is changed.
    /// </summary>
    /// <param name="module">A module that was read from this folder, and has masks.</param>
    /// <param name="layout">How the names meet; null: they are the same.</param>
    /// <exception cref="InvalidOperationException">The config cannot express the shape; every reason is listed.</exception>
    /// <exception cref="FormatException">The config is of a family whose sizes are not known.</exception>
    public void CheckShrink(nn.Module module, HuggingFaceLayout? layout = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var scope = NewDisposeScope();
        HuggingFacePlan.OfShrunk(this, module, layout ?? HuggingFaceLayout.Same, ShrinkPlan.OfMasks(module).Preview);
    }

    /// <summary>Throws what <see cref="Save"/> would throw because of its path, before hours of work.</summary>
    /// <param name="path">As for <see cref="Save"/>.</param>
    /// <exception cref="IOException">The target is this folder or one above it, or is something other than a model folder.</exception>
    public void CheckTarget(string path) => HuggingFaceTarget.Of(path, this).Dispose();

    /// <summary>Closes the files; tensors that were read live on.</summary>
    public void Dispose() => Close(files);

    private static void OpenShards(string path, string index, Dictionary<string, SafeTensorsFile> files)
    {
        var json = HuggingFaceConfig.Read(index);
        var places = json.Section("weight_map") ?? throw json.Wrong("weight_map", "an object from tensor names to file names");
        var stated = places.Json.EnumerateObject().Select(pair => (
            pair.Name,
            File: pair.Value.ValueKind == JsonValueKind.String ? pair.Value.GetString()! : throw places.Wrong(pair.Name, "a file name"))).ToArray();
        foreach (var (name, file) in stated)
        {
            if (!files.ContainsKey(file))
            {
                // A name that leads out of the folder would be read, and written, anywhere.
                var isPlain = file == System.IO.Path.GetFileName(file) && file.EndsWith(".safetensors", StringComparison.Ordinal);
                files[file] = SafeTensorsFile.Open(isPlain ? Require(path, file) : throw places.Wrong(name, "a .safetensors file in the same folder"));
            }

            if (!files[file].Tensors.ContainsKey(name))
            {
                throw new FormatException($"{index}: \"{name}\" should be in {file}, which does not have it.");
            }
        }

        var expected = stated.ToHashSet();
        foreach (var (file, name) in files.SelectMany(static file => file.Value.Names, static (file, name) => (file.Key, name)))
        {
            if (!expected.Contains((name, file)))
            {
                throw new FormatException($"{index}: {file} holds \"{name}\", of which \"weight_map\" says {places.Text(name) ?? "nothing"}.");
            }
        }
    }

    private static string Require(string path, string name)
    {
        var file = System.IO.Path.Combine(path, name);
        var hint = name == SingleName && File.Exists(System.IO.Path.Combine(path, "pytorch_model.bin"))
            ? "; it has pytorch_model.bin, which must be converted to safetensors first"
            : "";
        return File.Exists(file) ? file : throw new FileNotFoundException($"'{path}' has no {name}{hint}.", file);
    }

    private static void Close(Dictionary<string, SafeTensorsFile> files)
    {
        foreach (var file in files.Values)
        {
            file.Dispose();
        }
    }
}
