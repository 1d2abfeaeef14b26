using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What is measured of a model beyond its size.</summary>
public sealed record MeasureOptions
{
    /// <summary>What a model that takes one tensor and gives one is timed with; its first dimension counts the items unless
    /// <see cref="LatencyOptions.ItemsPerCall"/> does. Null times nothing, or <see cref="Call"/>.</summary>
    public Tensor? Input { get; init; }

    /// <summary>What is timed where one input does not say it, for example <c>() => model.call(tokens, positions)</c>; null times nothing, or
    /// <see cref="Input"/>.</summary>
    public Action? Call { get; init; }

    /// <summary>How the call is timed.</summary>
    public LatencyOptions Latency { get; init; } = new();

    /// <summary>What tells how good the model is, in eval mode and without gradients, and the name of what it returns, for example
    /// <c>("bits per byte", Evaluate)</c>; null evaluates nothing.</summary>
    public (string Name, Func<double> Evaluate)? Quality { get; init; }

    /// <summary>How a save, whose size is reported, would write weights in compact storage.</summary>
    public SavedWeights Weights { get; init; }

    /// <summary>A file that the model was saved to, whose size is reported too; null where there is none.</summary>
    public string? Path { get; init; }
}
