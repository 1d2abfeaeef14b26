using System.CommandLine;
using CompressDsl.Tool.Checkpoints;
using CompressDsl.Tool.CommandLine;
using static TorchSharp.torch;

namespace CompressDsl.Tool.Converting;

/// <summary><c>convert</c>: from one checkpoint to another, of another layout or type.</summary>
internal static class ConvertCommand
{
    private static readonly IReadOnlyDictionary<string, LayoutChoice> Layouts = new Dictionary<string, LayoutChoice>
    {
        ["keep"] = LayoutChoice.Keep,
        ["dense"] = LayoutChoice.Dense,
        ["bitmask"] = LayoutChoice.Bitmask,
        ["2:4"] = LayoutChoice.TwoOfFour,
    };

    private static readonly IReadOnlyDictionary<string, ScalarType?> Types = new Dictionary<string, ScalarType?>
    {
        ["keep"] = null,
        ["f64"] = ScalarType.Float64,
        ["f32"] = ScalarType.Float32,
        ["bf16"] = ScalarType.BFloat16,
        ["f16"] = ScalarType.Float16,
    };

    internal static Command Create()
    {
        var input = new Argument<string>("in") { Description = "A .safetensors file, or a Hugging Face folder." };
        var output = new Argument<string>("out") { Description = "What is written: a file for a file, a folder for a folder. It is there whole or not at all." };
        var layout = OneOf("--layout", "How weights with zeros are stored: bitmask (sparse-bitmask), 2:4 (sparse-24-bitmask), dense.", Layouts.Keys);
        var type = OneOf("--dtype", "The type of floating-point numbers. What it cannot hold is an error; masks and whole numbers stay.", Types.Keys);
        var force = new Option<bool>("--force") { Description = "Replace what is there under the name of the output." };
        return ToolCommand.Create(
            "convert",
            "Writes a checkpoint in another layout or type, with every mask and all metadata.",
            ExitCode.Help,
            [input, output, layout, type, force],
            (parsed, cancellation) =>
            {
                var settings = new ConvertSettings(Layouts[parsed.GetRequiredValue(layout)], Types[parsed.GetRequiredValue(type)]);
                return settings is { Layout: LayoutChoice.Keep, Type: null }
                    ? throw new ArgumentException("Neither --layout nor --dtype says what is to change; at least one is needed.")
                    : Convert(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output), settings, parsed.GetValue(force), cancellation);
            });
    }

    private static ConvertReport Convert(string input, string output, ConvertSettings settings, bool force, CancellationToken cancellation)
    {
        using var checkpoint = Checkpoint.Open(input);
        ConvertTarget.Check(checkpoint, output, force);
        var tensors = new List<ConvertedTensor>();
        foreach (var tensor in checkpoint.Tensors)
        {
            cancellation.ThrowIfCancellationRequested();
            tensors.Add(TensorConversion.Of(tensor, settings));
        }

        var bytes = ConvertTarget.Write(checkpoint, output, tensors, settings);
        return new(input, output, ConvertTarget.BytesOf(checkpoint), bytes, [.. tensors.Select(static tensor => tensor.Summary)]);
    }

    private static Option<string> OneOf(string name, string description, IEnumerable<string> values) =>
        new Option<string>(name) { Description = description, DefaultValueFactory = static _ => "keep" }.AcceptOnlyFromAmong([.. values]);
}
