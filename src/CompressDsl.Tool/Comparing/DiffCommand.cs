using System.CommandLine;
using System.Globalization;
using CompressDsl.Tool.Checkpoints;
using CompressDsl.Tool.CommandLine;

namespace CompressDsl.Tool.Comparing;

/// <summary><c>diff</c>: what is different in two checkpoints.</summary>
internal static class DiffCommand
{
    internal static Command Create()
    {
        var first = new Argument<string>("a") { Description = "A .safetensors file, or a Hugging Face folder." };
        var second = new Argument<string>("b") { Description = "Another one." };
        var tolerance = new Option<double>("--tolerance")
        {
            Description = "The largest difference of two numbers that counts as none. Zeros that come or go always count.",
            DefaultValueFactory = static _ => 0,
            CustomParser = static result =>
            {
                var text = result.Tokens.Single().Value;
                if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 && double.IsFinite(number))
                {
                    return number;
                }

                result.AddError($"--tolerance is {text}; a number of at least 0, such as 1e-6, is right.");
                return 0;
            },
        };
        return ToolCommand.Create(
            "diff",
            "Compares two checkpoints tensor by tensor, dense values against dense values, however they are stored. Metadata is shown, and does not count.",
            ExitCode.ComparisonHelp,
            [first, second, tolerance],
            (parsed, cancellation) => Compare(parsed.GetRequiredValue(first), parsed.GetRequiredValue(second), parsed.GetValue(tolerance), cancellation),
            static report => report.AreSame ? ExitCode.Done : ExitCode.Different);
    }

    private static DiffReport Compare(string first, string second, double tolerance, CancellationToken cancellation)
    {
        using var a = Checkpoint.Open(first);
        using var b = Checkpoint.Open(second);
        var others = b.Tensors.ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal);
        var compared = new List<ComparedTensor>();
        var onlyInA = new List<string>();
        foreach (var tensor in a.Tensors)
        {
            cancellation.ThrowIfCancellationRequested();
            if (others.Remove(tensor.Name, out var other))
            {
                compared.Add(TensorComparison.Of(tensor, other));
            }
            else
            {
                onlyInA.Add(tensor.Name);
            }
        }

        return new(first, second, tolerance, onlyInA, [.. b.Tensors.Select(static tensor => tensor.Name).Where(others.ContainsKey)], compared)
        {
            ChangedMetadata = [.. a.Metadata.Keys.Union(b.Metadata.Keys).Where(key => a.Metadata.GetValueOrDefault(key) != b.Metadata.GetValueOrDefault(key)).Order(StringComparer.Ordinal)],
        };
    }
}
