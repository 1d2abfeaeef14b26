using System.Text.Json.Nodes;

namespace CompressDsl;

/// <summary>What a <c>config.json</c> says of weights in a layout of compressed-tensors: <c>quantization_config.sparsity_config</c>.</summary>
internal static class HuggingFaceSparsity
{
    private const string Section = "quantization_config";
    private const string MethodKey = "quant_method";
    private const string Method = "compressed-tensors";
    private const string SparsityKey = "sparsity_config";
    private const string FormatKey = "format";

    /// <summary>The layout of compressed weights; null where there are none.</summary>
    /// <exception cref="FormatException">It is none that is known.</exception>
    public static CompressedFormat? Read(HuggingFaceConfig config)
    {
        var section = config.Section(Section);
        if (section?.Text(MethodKey) != Method || section.Section(SparsityKey) is not { } sparsity)
        {
            return null;
        }

        var name = sparsity.Text(FormatKey);
        var format = Enum.GetValues<CompressedFormat>().Where(format => format.Name() == name).Select(static format => (CompressedFormat?)format).SingleOrDefault();
        return format is not null || name is null or "dense"
            ? format
            : throw sparsity.Wrong(FormatKey, $"dense, {string.Join(" or ", Enum.GetValues<CompressedFormat>().Select(static format => format.Name()))}");
    }

    /// <summary>Says which layers have compressed weights.</summary>
    /// <param name="config">The config that is written.</param>
    /// <param name="format">Their layout.</param>
    /// <param name="layers">The names of the layers.</param>
    public static void Write(JsonObject config, CompressedFormat format, IEnumerable<string> layers)
    {
        if (config[Section] is not JsonObject section)
        {
            config[Section] = section = new JsonObject { [MethodKey] = Method };
        }

        section[SparsityKey] = new JsonObject
        {
            [FormatKey] = format.Name(),
            ["sparsity_structure"] = format == CompressedFormat.Sparse24Bitmask ? "2:4" : "unstructured",
            ["targets"] = new JsonArray([.. layers.Select(static layer => JsonValue.Create(layer))]),
            ["ignore"] = new JsonArray(),
        };
    }

    /// <summary>Says that no weight is compressed.</summary>
    public static void Remove(JsonObject config)
    {
        var section = config[Section]!.AsObject();
        section.Remove(SparsityKey);
        if (section.All(static pair => pair.Key is MethodKey or "version"))
        {
            config.Remove(Section);
        }
    }
}
