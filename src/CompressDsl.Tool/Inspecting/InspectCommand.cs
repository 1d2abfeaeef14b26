using System.CommandLine;
using CompressDsl.Tool.Checkpoints;
using CompressDsl.Tool.CommandLine;

namespace CompressDsl.Tool.Inspecting;

/// <summary><c>inspect</c>: what a checkpoint holds.</summary>
internal static class InspectCommand
{
    internal static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A .safetensors file, or a Hugging Face folder." };
        return ToolCommand.Create(
            "inspect",
            "Shows the tensors of a checkpoint: their zeros, the pattern of these, masks, dead rows and columns, and how large each would be in every storage.",
            ExitCode.Help,
            [path],
            (parsed, cancellation) => Inspect(parsed.GetRequiredValue(path), cancellation));
    }

    private static InspectReport Inspect(string path, CancellationToken cancellation)
    {
        using var checkpoint = Checkpoint.Open(path);
        var tensors = new List<InspectedTensor>();
        foreach (var tensor in checkpoint.Tensors)
        {
            // One after the other: the memory is that of the largest.
            cancellation.ThrowIfCancellationRequested();
            tensors.Add(TensorInspection.Of(tensor));
        }

        return new(path, tensors);
    }
}
