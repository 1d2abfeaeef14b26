using CompressDsl;

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

    /// <summary>How the rotary wave lengths are stretched for inputs longer than those of the first training; null: not at all.</summary>
    public RotaryScaling? RotaryScaling { get; init; }

    /// <summary>What RMSNorm adds to the mean square.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>Whether the four projections of the attention have a bias.</summary>
    public bool HasAttentionBias { get; init; }

    /// <summary>Whether the three projections of the feed-forward network have a bias.</summary>
    public bool HasMlpBias { get; init; }

    /// <summary>Whether the head is the embedding, used once more.</summary>
    public bool TiesEmbeddings { get; init; }

    /// <summary>Reads a <c>config.json</c> of the Llama family: Llama, and Mistral where its attention sees everything.</summary>
    /// <exception cref="FormatException">A value is missing, wrong, or asks for other computations than <see cref="Llama"/> has.</exception>
    public static LlamaConfig From(HuggingFaceConfig config)
    {
        config.Require("model_type", "\"llama\"", "\"mistral\"");
        config.Require("hidden_act", "\"silu\"", "null");
        config.Require("sliding_window", "null");
        config.Require("partial_rotary_factor", "1", "1.0", "null");
        config.Require("quantization_config", "null");
        var isMistral = config.Text("model_type") == "mistral";
        var (hidden, heads) = (config.Integer("hidden_size"), config.Integer("num_attention_heads"));
        var keyValueHeads = config.Integer("num_key_value_heads", otherwise: heads);
        if (heads % keyValueHeads != 0)
        {
            throw config.Wrong("num_key_value_heads", $"a divisor of \"num_attention_heads\", {heads},");
        }

        if (!config.Has("head_dim") && hidden % heads != 0)
        {
            throw config.Wrong("num_attention_heads", $"a divisor of \"hidden_size\", {hidden},");
        }

        var headSize = config.Integer("head_dim", otherwise: hidden / heads);
        if (headSize % 2 != 0)
        {
            throw config.Wrong("head_dim", "an even number (the rotary embedding turns pairs)");
        }

        var rotary = config.Section("rope_parameters") ?? config.Section("rope_scaling");
        return new()
        {
            VocabularySize = config.Integer("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = config.Integer("intermediate_size"),
            Layers = config.Integer("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            RotaryBase = rotary?.Has("rope_theta") == true ? rotary.Number("rope_theta") : config.Number("rope_theta", otherwise: 10_000),
            RotaryScaling = rotary is null ? null : RotaryScaling.From(rotary),
            NormEpsilon = config.Number("rms_norm_eps", otherwise: 1e-6),
            HasAttentionBias = !isMistral && config.Flag("attention_bias"),
            HasMlpBias = !isMistral && config.Flag("mlp_bias"),
            TiesEmbeddings = config.Flag("tie_word_embeddings"),
        };
    }
}
