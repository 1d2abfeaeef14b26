using System.Text.Json;
using System.Text.Json.Nodes;
using CompressDsl.Tool.Checkpoints;
using static TorchSharp.torch;

namespace CompressDsl.Tool.Converting;

/// <summary>Where a conversion is written, in the ways that the library writes files and folders.</summary>
internal static class ConvertTarget
{
    private static readonly string[] TypeKeys = ["torch_dtype", "dtype"];

    /// <summary>Says what is wrong with a name before the work.</summary>
    /// <exception cref="IOException">It cannot be written there, or something is there already.</exception>
    internal static void Check(Checkpoint checkpoint, string output, bool force)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(output));
        if (checkpoint.Folder is { } folder)
        {
            folder.CheckTarget(output);
            if (!force && Directory.Exists(full) && Directory.EnumerateFileSystemEntries(full).Any())
            {
                throw Exists(output);
            }

            return;
        }

        if (Directory.Exists(full))
        {
            throw new IOException($"'{output}' is a folder, and '{checkpoint.Path}' a file; name a file to write.");
        }

        if (!output.EndsWith(".safetensors", StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{output}' is no name of a safetensors file; one that ends with .safetensors is right.");
        }

        if (full == Path.GetFullPath(checkpoint.Path))
        {
            throw new IOException($"'{output}' is the file that is read; name another to write.");
        }

        if (Path.GetDirectoryName(full) is not { } above || !Directory.Exists(above))
        {
            throw new DirectoryNotFoundException($"'{output}' cannot be written: there is no folder '{Path.GetDirectoryName(full)}'. Make it first, or name another.");
        }

        if (!force && File.Exists(full))
        {
            throw Exists(output);
        }
    }

    /// <summary>Writes it: to a temporary place, flushed, then renamed.</summary>
    /// <returns>The bytes of the files with weights.</returns>
    internal static long Write(Checkpoint checkpoint, string output, IReadOnlyList<ConvertedTensor> tensors, ConvertSettings settings)
    {
        if (checkpoint.Folder is not { } folder)
        {
            return SafeTensors.WriteSources(output, tensors.SelectMany(static tensor => tensor.Parts), Metadata(checkpoint, tensors));
        }

        using var target = HuggingFaceTarget.Of(output, folder);
        var files = tensors.ToLookup(tensor => folder.Weights.FileOf(tensor.Source.Stored), static tensor => tensor.Parts, StringComparer.Ordinal);
        return target.Write(Config(folder, tensors, settings), [.. folder.Files.Keys.Select(file => (file, files[file].SelectMany(static parts => parts).ToArray()))]);
    }

    /// <summary>The bytes of the files with weights that were read.</summary>
    internal static long BytesOf(Checkpoint checkpoint) =>
        checkpoint.Folder is { } folder ? folder.Files.Values.Sum(static file => new FileInfo(file.Path).Length) : new FileInfo(checkpoint.Path).Length;

    private static IOException Exists(string output) => new($"'{output}' exists; with --force it is replaced, or name another.");

    private static Dictionary<string, string> Metadata(Checkpoint checkpoint, IEnumerable<ConvertedTensor> tensors)
    {
        var metadata = checkpoint.Metadata.ToDictionary(StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            Set(tensor.Source.Name, tensor.Format?.Name(), tensor.Source.Format is not null);
            Set(
                StateTensor.MaskNameOf(tensor.Source.Name),
                tensor.MaskInBits ? CompressedParts.NameOf(tensor.Source.Name, CompressedParts.Bits) : null,
                tensor.Source.Mask?.Part is { } part && part != StateTensor.MaskNameOf(tensor.Source.Name));
        }

        return metadata;

        // An entry that says something else, of the caller's own, stays.
        void Set(string key, string? value, bool wasOurs)
        {
            if (value is not null)
            {
                metadata[key] = value;
            }
            else if (wasOurs)
            {
                metadata.Remove(key);
            }
        }
    }

    private static string Config(HuggingFaceFolder folder, IReadOnlyList<ConvertedTensor> tensors, ConvertSettings settings)
    {
        var json = JsonObject.Create(folder.Config.Json)!;
        var compressed = tensors.Where(static tensor => tensor.Format is not null).ToArray();
        if (compressed is [var first, ..])
        {
            HuggingFaceSparsity.Write(json, first.Format!.Value, compressed.Select(static tensor => tensor.Source.Name[..Math.Max(0, tensor.Source.Name.LastIndexOf('.'))]));
        }
        else if (folder.Weights.Format is not null)
        {
            HuggingFaceSparsity.Remove(json);
        }

        if (settings.Type is { } type)
        {
            var known = TypeKeys.Where(json.ContainsKey).ToArray();
            foreach (var key in known is [] ? TypeKeys[..1] : known)
            {
                json[key] = NameOf(type);
            }
        }

        return json.ToJsonString(new JsonSerializerOptions { WriteIndented = true }) + "\n";
    }

    private static string NameOf(ScalarType type) => type.ToString().ToLowerInvariant(); // as PyTorch calls them: bfloat16, float32
}
