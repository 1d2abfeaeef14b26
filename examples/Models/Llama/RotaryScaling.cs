using System.Text.Json.Serialization;
using CompressDsl;
using static TorchSharp.torch;

namespace Models;

/// <summary>How the frequencies of a <see cref="RotaryEmbedding"/> are changed for inputs longer than those of the first training.</summary>
[JsonDerivedType(typeof(LinearScaling), "linear")]
[JsonDerivedType(typeof(Llama3Scaling), "llama3")]
public abstract record RotaryScaling
{
    /// <param name="frequencies">[half of a head], radians a position</param>
    internal abstract Tensor Apply(Tensor frequencies);

    /// <summary>Reads <c>rope_parameters</c>, or <c>rope_scaling</c> of older folders; null where nothing is scaled.</summary>
    /// <exception cref="FormatException">It is of a kind that is not known here, or lacks a value.</exception>
    internal static RotaryScaling? From(HuggingFaceConfig config)
    {
        var key = config.Has("rope_type") ? "rope_type" : "type";
        config.Require(key, "\"default\"", "\"linear\"", "\"llama3\"");
        return config.Text(key) switch
        {
            "linear" => new LinearScaling(config.Number("factor")),
            "llama3" => new Llama3Scaling(
                config.Number("factor"),
                config.Number("low_freq_factor"),
                config.Number("high_freq_factor"),
                config.Integer("original_max_position_embeddings")),
            _ => null,
        };
    }
}

/// <summary>Every wave is stretched by the same factor (Chen et al., 2023).</summary>
public sealed record LinearScaling(double Factor) : RotaryScaling
{
    internal override Tensor Apply(Tensor frequencies) => frequencies / Factor;
}

/// <summary>
/// Llama 3.1: waves longer than the original context, by <paramref name="LowFactor"/>, are stretched, those shorter, by <paramref name="HighFactor"/>, are
/// not, and between them the change is smooth.
/// </summary>
public sealed record Llama3Scaling(double Factor, double LowFactor, double HighFactor, int OriginalLength) : RotaryScaling
{
    internal override Tensor Apply(Tensor frequencies)
    {
        var turns = frequencies * (OriginalLength / (2 * Math.PI));              // of each wave within the original context
        var smooth = ((turns - LowFactor) / (HighFactor - LowFactor)).clamp(0, 1);
        return (1 - smooth) * frequencies / Factor + smooth * frequencies;
    }
}
