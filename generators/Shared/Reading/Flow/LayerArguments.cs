using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>
/// What a layer is created with, as far as the code of its class says it in numbers. The running program knows its layers; it is the analysis in the compiler
/// that needs this.
/// </summary>
internal static class LayerArguments
{
    private static readonly Dictionary<string, string[]> Parameters = new()
    {
        ["Linear"] = ["inputSize", "outputSize"],
        ["SparseLinear"] = ["in_features", "out_features"],
        ["Conv"] = ["in_channels", "out_channels", "groups"],
        ["BatchNorm"] = ["num_features"],
        ["InstanceNorm"] = ["num_features"],
        ["LayerNorm"] = ["normalized_shape"],
        ["GroupNorm"] = ["num_groups", "num_channels"],
        ["Embedding"] = ["embedding_dims"],
        ["Flatten"] = ["start_dim", "end_dim"],
        ["Softmax"] = ["dim"],
        ["LogSoftmax"] = ["dim"],
        ["Softmin"] = ["dim"],
        ["GLU"] = ["dim"],
        ["PixelShuffle"] = ["upscale_factor"],
        ["PixelUnshuffle"] = ["downscale_factor"],
        ["MultiheadAttention"] = ["num_heads"],
    };

    /// <summary>One item for every argument that matters to channels, null where it is not known; none for a layer whose creation cannot be seen.</summary>
    /// <param name="member">The field or property that holds the layer.</param>
    /// <param name="layer">The class of the layer.</param>
    /// <param name="compilation">The compilation whose source is read.</param>
    /// <param name="token">Cancels the reading.</param>
    public static IEnumerable<FlowNode> Read(ISymbol member, string layer, Compilation compilation, CancellationToken token)
    {
        var names = Parameters.Where(entry => layer.StartsWith(entry.Key, StringComparison.Ordinal)).Select(static entry => entry.Value).FirstOrDefault();

        if (names is null || Creations.Find(member, compilation, token).ToArray() is not [{ } creation])
        {
            return [];
        }

        return names.Select(name => new FlowNode(FlowOp.Literal, Read(creation, name, compilation, token), [], default));
    }

    private static string Read(Creation creation, string name, Compilation compilation, CancellationToken token)
    {
        if (creation.Argument(name) is not { } argument)
        {
            return creation.Method.Parameters.FirstOrDefault(parameter => parameter.Name == name) is { HasExplicitDefaultValue: true, ExplicitDefaultValue: IConvertible value }
                ? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)
                : "null";
        }

        // As many groups as inputs, whatever their number: a depthwise convolution.
        if (name == "groups" && argument.ToString() == creation.Argument("in_channels")?.ToString())
        {
            return "in_channels";
        }

        var number = Constants.Read(argument, creation.Model, token)
            ?? (creation.Model.GetSymbolInfo(argument, token).Symbol is { } symbol and (IFieldSymbol or IPropertySymbol) ? Constants.Read(symbol, compilation, token) : null);

        return number?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "null";
    }
}
