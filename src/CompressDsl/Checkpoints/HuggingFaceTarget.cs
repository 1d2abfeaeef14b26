using System.IO.Enumeration;
using System.Text;
using System.Text.Json.Nodes;

namespace CompressDsl;

/// <summary>A model folder in the making: built beside its place, and moved there when it is finished.</summary>
internal sealed class HuggingFaceTarget : IDisposable
{
    // What tokenizers and generation need; weights in other formats, papers and pictures stay behind.
    private static readonly string[] SideFiles =
    [
        "generation_config.json", "tokenizer*", "vocab*", "merges*", "special_tokens_map.json", "added_tokens.json", "chat_template*", "*.model",
        "*.tiktoken",
    ];

    private readonly HuggingFaceFolder source;
    private readonly string target;
    private readonly string partial;
    private readonly string replaced;

    private HuggingFaceTarget(HuggingFaceFolder source, string target)
    {
        (this.source, this.target) = (source, target);
        var (above, name) = (Path.GetDirectoryName(target)!, Path.GetFileName(target));

        // Always the same names, so that killed runs leave one of each at most.
        partial = Path.Combine(above, $".{name}.partial");
        replaced = Path.Combine(above, $".{name}.replaced");
    }

    /// <summary>Checks where a folder is to be written.</summary>
    internal static HuggingFaceTarget Of(string path, HuggingFaceFolder source)
    {
        var target = Real(path);
        if (Path.GetDirectoryName(target) is not { } above || !Directory.Exists(above))
        {
            throw new DirectoryNotFoundException($"'{target}' cannot be written: there is no folder above it. Make that first, or name another.");
        }

        if ((Real(source.Path) + Path.DirectorySeparatorChar).StartsWith(target + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new IOException($"'{target}' is, or holds, the folder that is read; name another to write to.");
        }

        if (File.Exists(target))
        {
            throw new IOException($"'{target}' is a file; a folder is written there. Name another.");
        }

        if (Directory.Exists(target) && !IsOurs(target))
        {
            throw new IOException(
                $"'{target}' exists and is no model folder, or holds more than one ({HuggingFaceFolder.ConfigName}, *.safetensors and what tokenizers need), "
                + "so it is not replaced; name another, or remove it.");
        }

        return new(source, target);
    }

    /// <summary>Writes all files, with a module's values, and moves the folder to its place.</summary>
    internal long Write(HuggingFacePlan plan, HuggingFaceCompact compact) =>
        Write(plan.Config(compact), [.. source.Files.Keys.Select(file => (file, plan.Sources(file, compact).ToArray()))]);

    /// <summary>Writes all files and moves the folder to its place.</summary>
    /// <param name="config">The text of the config; null: it is that of the source, and the tensors are in the files that they were in.</param>
    /// <param name="contents">What each of the source's files is to hold; one without tensors is not written.</param>
    internal long Write(string? config, IReadOnlyList<(string File, TensorSource[] Tensors)> contents)
    {
        Recover();
        Directory.CreateDirectory(partial);
        var files = contents.Where(static file => file.Tensors.Length > 0).ToArray();
        var bytes = files.Sum(file => SafeTensors.WriteSources(
            Path.Combine(partial, file.File), file.Tensors, new Dictionary<string, string>(source.Files[file.File].Metadata) { ["format"] = "pt" }));
        Write(HuggingFaceFolder.ConfigName, config);
        if (!source.Files.ContainsKey(HuggingFaceFolder.SingleName))
        {
            Write(HuggingFaceFolder.IndexName, config is null ? null : Index(files));
        }

        foreach (var name in Directory.GetFiles(source.Path).Select(Path.GetFileName).OfType<string>().Where(IsSideFile))
        {
            Copy(name);
        }

        if (Directory.Exists(target))
        {
            Directory.Move(target, replaced);
        }

        Directory.Move(partial, target);
        Delete(replaced);
        return bytes;
    }

    /// <summary>Removes what an error left unfinished.</summary>
    public void Dispose() => Delete(partial);

    private static bool IsSideFile(string name) =>
        !name.EndsWith(".safetensors", StringComparison.Ordinal) && Array.Exists(SideFiles, side => FileSystemName.MatchesSimpleExpression(side, name, ignoreCase: false));

    private static bool IsOurs(string folder)
    {
        var names = Directory.GetFiles(folder).Select(Path.GetFileName).OfType<string>().ToArray();
        var weights = names.Where(static name => name.EndsWith(".safetensors", StringComparison.Ordinal)).ToArray();
        var others = names.Except(weights).Where(static name => !IsSideFile(name) && name is not (HuggingFaceFolder.ConfigName or HuggingFaceFolder.IndexName));
        var isModel = names.Contains(HuggingFaceFolder.ConfigName) && weights.Length > 0;
        return Directory.GetDirectories(folder).Length == 0 && (names.Length == 0 || (isModel && !others.Any()));
    }

    private static string Real(string path)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Directory.Exists(full) ? Directory.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>After a run that was killed: an old folder that was moved away, and not yet replaced, comes back.</summary>
    private void Recover()
    {
        Delete(partial);
        if (Directory.Exists(replaced) && !Directory.Exists(target))
        {
            Directory.Move(replaced, target);
        }

        Delete(replaced);
    }

    private static string Index(IEnumerable<(string File, TensorSource[] Tensors)> files)
    {
        var tensors = files.SelectMany(static file => file.Tensors, static (file, tensor) => (file.File, Tensor: tensor)).ToArray();
        var index = new JsonObject
        {
            ["metadata"] = new JsonObject { ["total_size"] = tensors.Sum(static pair => pair.Tensor.Bytes) },
            ["weight_map"] = new JsonObject(tensors.OrderBy(static pair => pair.Tensor.Name, StringComparer.Ordinal).Select(static pair => KeyValuePair.Create(pair.Tensor.Name, (JsonNode?)pair.File))),
        };
        return index.ToJsonString(new() { WriteIndented = true }) + "\n";
    }

    /// <summary>Writes a new text, or copies the old one where there is none.</summary>
    private void Write(string name, string? text)
    {
        if (text is null)
        {
            Copy(name);
            return;
        }

        using var to = new FileStream(Path.Combine(partial, name), FileMode.CreateNew, FileAccess.Write);
        to.Write(Encoding.UTF8.GetBytes(text));
        to.Flush(flushToDisk: true);
    }

    private void Copy(string name)
    {
        using var from = File.OpenRead(Path.Combine(source.Path, name));
        using var to = new FileStream(Path.Combine(partial, name), FileMode.CreateNew, FileAccess.Write);
        from.CopyTo(to);
        to.Flush(flushToDisk: true);
    }
}
