namespace Models;

/// <summary>The shape of a <see cref="Llama"/>; each value is the one of the same meaning in a Hugging Face <c>config.json</c>.</summary>
public sealed record LlamaConfig
{
    /// <summary>How many different tokens there are; 256 for bytes.</summary>
    public int VocabularySize { get; init; } = 256;

    /// <summary>The width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The width inside the feed-forward network.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>How many blocks follow one another.</summary>
    public required int Layers { get; init; }

    /// <summary>Query heads in each block.</summary>
    public required int Heads { get; init; }

    /// <summary>Key and value heads in each block; divides <see cref="Heads"/>. Each serves a group of query heads.</summary>
    public required int KeyValueHeads { get; init; }

    /// <summary>The width of one head; even, because the rotary embedding turns pairs.</summary>
    public int HeadSize { get; init; } = 32;

    /// <summary>The base of the rotary wave lengths.</summary>
    public double RotaryBase { get; init; } = 10_000;

    /// <summary>What RMSNorm adds to the mean square.</summary>
    public double NormEpsilon { get; init; } = 1e-5;
}
