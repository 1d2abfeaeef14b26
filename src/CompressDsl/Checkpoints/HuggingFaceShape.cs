using System.Text.Json.Nodes;

namespace CompressDsl;

/// <summary>The shape of a model that was shrunk, as its <c>config.json</c> can say it.</summary>
internal sealed class HuggingFaceShape
{
    private readonly HuggingFaceFolder folder;
    private readonly HuggingFaceFamily family;
    private readonly Dictionary<HuggingFaceSize, (long Value, string Tensor)> sizes = [];
    private readonly List<string> problems = [];
    private readonly int headSize;

    private HuggingFaceShape(HuggingFaceFolder folder)
    {
        (this.folder, family) = (folder, HuggingFaceFamily.Of(folder.Config));
        headSize = family.HeadSizeKey is { } key && folder.Config.Has(key) ? folder.Config.Integer(key) : Old(HuggingFaceSize.Hidden) / Old(HuggingFaceSize.Heads);
    }

    /// <summary>Reads the sizes from the tensors of a model.</summary>
    /// <param name="folder">The folder whose config is to be changed.</param>
    /// <param name="tensors">Names and shapes as the new folder would have them.</param>
    /// <exception cref="InvalidOperationException">The config cannot express them; every reason is listed.</exception>
    /// <exception cref="FormatException">The config is of no family that is known.</exception>
    public static HuggingFaceShape Of(HuggingFaceFolder folder, IReadOnlyList<(string Name, long[] Shape)> tensors)
    {
        var shape = new HuggingFaceShape(folder);
        foreach (var (name, dims) in tensors)
        {
            shape.Read(name, dims);
        }

        shape.Check();
        return shape.problems.Count == 0 ? shape : throw new InvalidOperationException(
            $"{Path.Combine(folder.Path, HuggingFaceFolder.ConfigName)} cannot express the shape of the model; nothing was changed:"
            + string.Concat(shape.problems.Select(static problem => $"\n  {problem}")));
    }

    /// <summary>Whether a tensor of the old folder is of a block that is gone.</summary>
    public bool IsGone(string name) => family.BlockOf(name) >= New(HuggingFaceSize.Layers);

    /// <summary>Whether a tensor of the old folder has dimensions whose size has changed.</summary>
    public bool HasChanged(string name) => family.DimsOf(name)?.Any(dim => dim.Size != HuggingFaceSize.None && New(dim.Size) != Old(dim.Size)) == true;

    /// <summary>Writes the new sizes into a config that says the old ones.</summary>
    public void Write(JsonObject json)
    {
        foreach (var (size, key) in family.Keys)
        {
            if (New(size) != Old(size))
            {
                json[key] = New(size);
            }
        }

        // What a missing key stands for may be another size now.
        if (!folder.Config.Has(KeyOf(HuggingFaceSize.Inner)) && New(HuggingFaceSize.Inner) != 4 * New(HuggingFaceSize.Hidden))
        {
            json[KeyOf(HuggingFaceSize.Inner)] = New(HuggingFaceSize.Inner);
        }

        if (family.Keys.TryGetValue(HuggingFaceSize.KeyValueHeads, out var keyValueHeads) && New(HuggingFaceSize.KeyValueHeads) != New(HuggingFaceSize.Heads))
        {
            json[keyValueHeads] = New(HuggingFaceSize.KeyValueHeads);
        }

        if (family.HeadSizeKey is { } headKey && New(HuggingFaceSize.Heads) * headSize != New(HuggingFaceSize.Hidden))
        {
            json[headKey] = headSize;
        }
    }

    private void Read(string name, long[] shape)
    {
        if (family.BlockOf(name) is { } block && (!sizes.TryGetValue(HuggingFaceSize.Layers, out var layers) || block >= layers.Value))
        {
            sizes[HuggingFaceSize.Layers] = (block + 1, name);
        }

        if (family.DimsOf(name) is not { } dims || dims.Length != shape.Length)
        {
            if (folder.Tensors.TryGetValue(name, out var old) && !old.Shape.SequenceEqual(shape))
            {
                problems.Add($"'{name}' is [{string.Join(", ", shape)}] and was [{string.Join(", ", old.Shape)}]; no size of the config is known to say that.");
            }

            return;
        }

        foreach (var (dim, size) in dims.Zip(shape).Where(static pair => pair.First.Size != HuggingFaceSize.None))
        {
            Read(name, dim, size);
        }
    }

    private void Read(string name, HuggingFaceDim dim, long size)
    {
        var unit = dim.Times * (dim.Size is HuggingFaceSize.Heads or HuggingFaceSize.KeyValueHeads ? headSize : 1);
        if (size % unit != 0)
        {
            problems.Add($"'{name}' has {size} channels, which are not whole heads of {headSize}.");
        }
        else if (!sizes.TryGetValue(dim.Size, out var known))
        {
            sizes[dim.Size] = (size / unit, name);
        }
        else if (known.Value != size / unit)
        {
            problems.Add(
                $"\"{KeyOf(dim.Size)}\" is one number for all layers; by '{known.Tensor}' it would be {known.Value}, by '{name}' {size / unit}. "
                + "Let all layers lose as much: a ratio or Keep with Scope.PerLayer.");
        }
    }

    private void Check()
    {
        if (problems.Count > 0)
        {
            return;
        }

        var (hidden, heads) = (New(HuggingFaceSize.Hidden), New(HuggingFaceSize.Heads));
        if (family.HeadSizeKey is null && heads * headSize != hidden)
        {
            problems.Add(
                $"\"{folder.Config.Text("model_type")}\" has no key for the size of a head: it is \"{KeyOf(HuggingFaceSize.Hidden)}\" / \"{KeyOf(HuggingFaceSize.Heads)}\", and "
                + $"{hidden} / {heads} is not {headSize}. Let heads and hidden channels lose the same share, or leave the heads.");
        }

        if (family.Keys.ContainsKey(HuggingFaceSize.KeyValueHeads) && heads % New(HuggingFaceSize.KeyValueHeads) != 0)
        {
            problems.Add($"{heads} query heads cannot share {New(HuggingFaceSize.KeyValueHeads)} key/value heads evenly.");
        }

        if (New(HuggingFaceSize.Layers) != Old(HuggingFaceSize.Layers) && folder.Config.Has("layer_types"))
        {
            problems.Add("\"layer_types\" names every layer, and layers are gone.");
        }
    }

    private string KeyOf(HuggingFaceSize size) => family.Keys[size];

    private long New(HuggingFaceSize size) => sizes.TryGetValue(size, out var known) ? known.Value : Old(size);

    private int Old(HuggingFaceSize size) => size switch
    {
        HuggingFaceSize.Inner => folder.Config.Integer(KeyOf(size), otherwise: 4 * Old(HuggingFaceSize.Hidden)),
        HuggingFaceSize.KeyValueHeads => folder.Config.Integer(KeyOf(size), otherwise: Old(HuggingFaceSize.Heads)),
        _ => folder.Config.Integer(KeyOf(size)),
    };
}
