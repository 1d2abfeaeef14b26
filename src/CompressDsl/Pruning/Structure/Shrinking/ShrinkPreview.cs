using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The names and shapes of a model's state dictionary as they will be when channels and blocks are gone.</summary>
internal sealed class ShrinkPreview
{
    private readonly Dictionary<string, long[]> shapes;
    private readonly Dictionary<string, Dictionary<string, string?>> names;

    /// <param name="root">The model.</param>
    /// <param name="tensors">Tensors below it that lose channels.</param>
    /// <param name="blocks">By list, for every block whether it goes.</param>
    public ShrinkPreview(nn.Module root, IEnumerable<SlicedTensor> tensors, IEnumerable<KeyValuePair<nn.Module, bool[]>> blocks)
    {
        var paths = root.named_modules().Append((name: "", module: root)).Distinct().ToLookup(static named => named.module, static named => named.name);
        shapes = tensors
            .SelectMany(static tensor => tensor.Places, static (tensor, place) => (tensor, place))
            .SelectMany(pair => paths[pair.place.Owner], static (pair, path) => (Name: path.Length == 0 ? pair.place.Name : $"{path}.{pair.place.Name}", pair.tensor.ShapeAfter))
            .ToDictionary(static named => named.Name, static named => named.ShapeAfter);
        names = blocks.SelectMany(list => paths[list.Key], static (list, path) => (path, names: NamesAfter(list.Key, list.Value))).ToDictionary();
    }

    /// <summary>The name of a tensor afterwards; null where it goes with its block.</summary>
    public string? NameOf(string name)
    {
        var (segments, after) = (name.Split('.'), name.Split('.'));
        for (var i = 1; i < segments.Length; i++)
        {
            if (names.TryGetValue(string.Join('.', segments[..i]), out var children) && children.TryGetValue(segments[i], out var child))
            {
                if (child is null)
                {
                    return null;
                }

                after[i] = child;
            }
        }

        return string.Join('.', after);
    }

    /// <summary>The shape of a tensor afterwards.</summary>
    /// <param name="name">Its name now.</param>
    /// <param name="shape">Its shape now.</param>
    public long[] ShapeOf(string name, long[] shape) => shapes.GetValueOrDefault(name, shape);

    // Those with names of their own, in a sequence, keep them.
    private static Dictionary<string, string?> NamesAfter(nn.Module list, bool[] removed)
    {
        string[] children = [.. list.named_children().Select(static child => child.name)];
        var areNumbers = !children.Where(static (name, index) => name != $"{index}").Any();
        return children.Select((name, index) => (name, after: removed[index] ? null : areNumbers ? $"{index - removed[..index].Count(static gone => gone)}" : name)).ToDictionary();
    }
}
