using CompressDsl;

namespace Models;

/// <summary>The shape of a <see cref="Gpt2"/>; each value is the one of the same meaning in a Hugging Face <c>config.json</c>.</summary>
public sealed record Gpt2Config
{
    /// <summary>How many different tokens there are.</summary>
    public required int VocabularySize { get; init; }

    /// <summary>How many positions have an embedding.</summary>
    public required int Positions { get; init; }

    /// <summary>The width of the residual stream.</summary>
    public required int HiddenSize { get; init; }

    /// <summary>The width inside the feed-forward network.</summary>
    public required int IntermediateSize { get; init; }

    /// <summary>How many blocks follow one another.</summary>
    public required int Layers { get; init; }

    /// <summary>Heads in each block; divides <see cref="HiddenSize"/>.</summary>
    public required int Heads { get; init; }

    /// <summary>What the norms add to the variance.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <exception cref="FormatException">A value is missing, wrong, or asks for other computations than <see cref="Gpt2"/> has.</exception>
    public static Gpt2Config From(HuggingFaceConfig config)
    {
        config.Require("model_type", "\"gpt2\"");
        config.Require("activation_function", "\"gelu_new\"", "\"gelu_pytorch_tanh\"", "null");
        config.Require("tie_word_embeddings", "true", "null");
        config.Require("scale_attn_weights", "true", "null");
        config.Require("scale_attn_by_inverse_layer_idx", "false", "null");
        config.Require("add_cross_attention", "false", "null");
        config.Require("quantization_config", "null");
        var (hidden, heads) = (config.Integer("n_embd"), config.Integer("n_head"));
        return new()
        {
            VocabularySize = config.Integer("vocab_size"),
            Positions = config.Integer("n_positions"),
            HiddenSize = hidden,
            IntermediateSize = config.Integer("n_inner", otherwise: 4 * hidden),
            Layers = config.Integer("n_layer"),
            Heads = hidden % heads == 0 ? heads : throw config.Wrong("n_head", $"a divisor of \"n_embd\", {hidden},"),
            NormEpsilon = config.Number("layer_norm_epsilon", otherwise: 1e-5),
        };
    }
}
