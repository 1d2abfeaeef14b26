using CompressDsl;

namespace Models;

/// <summary>The shape of a <see cref="Bert"/>; each value is the one of the same meaning in a Hugging Face <c>config.json</c>.</summary>
public sealed record BertConfig
{
    /// <summary>How many different tokens there are.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>How many positions have an embedding.</summary>
    public required int Positions { get; init; }

    /// <summary>How many kinds of segments have an embedding.</summary>
    public int TokenTypes { get; init; } = 2;

    /// <summary>The width of the hidden states.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The width inside the feed-forward network.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>How many layers follow one another.</summary>
    public required int Layers { get; init; }

    /// <summary>Heads in each layer; divides <see cref="HiddenSize"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>What the norms add to the variance.</summary>
    public double NormEpsilon { get; init; } = 1e-12;

    /// <exception cref="FormatException">A value is missing, wrong, or asks for other computations than <see cref="Bert"/> has.</exception>
    public static BertConfig From(HuggingFaceConfig config)
    {
        config.Require("model_type", "\"bert\"");
        config.Require("hidden_act", "\"gelu\"", "null");
        config.Require("position_embedding_type", "\"absolute\"", "null");
        config.Require("is_decoder", "false", "null");
        config.Require("tie_word_embeddings", "true", "null");
        config.Require("quantization_config", "null");
        var (hidden, heads) = (config.Integer("hidden_size"), config.Integer("num_attention_heads"));
        return new()
        {
            VocabularySize = config.Integer("vocab_size"),
            Positions = config.Integer("max_position_embeddings"),
            TokenTypes = config.Integer("type_vocab_size", otherwise: 2),
            HiddenSize = hidden,
            IntermediateSize = config.Integer("intermediate_size"),
            Layers = config.Integer("num_hidden_layers"),
            Heads = hidden % heads == 0 ? heads : throw config.Wrong("num_attention_heads", $"a divisor of \"hidden_size\", {hidden},"),
            NormEpsilon = config.Number("layer_norm_eps", otherwise: 1e-12),
        };
    }
}
