namespace CompressDsl;

/// <summary>How the sizes in the <c>config.json</c> of a family of models and the shapes of its tensors hang together.</summary>
/// <param name="Types">What <c>model_type</c> may be.</param>
/// <param name="Keys">The keys of the sizes.</param>
/// <param name="HeadSizeKey">The key of the size of a head; null where there is none, and it is the hidden size over the heads.</param>
/// <param name="Blocks">What stands before the number of a block in the names of its tensors.</param>
/// <param name="Tensors">By the end of a tensor's name the sizes of its dimensions; the first that fits holds.</param>
internal sealed record HuggingFaceFamily(
    IReadOnlyList<string> Types,
    IReadOnlyDictionary<HuggingFaceSize, string> Keys,
    string? HeadSizeKey,
    string Blocks,
    IReadOnlyList<(string Ending, HuggingFaceDim[] Dims)> Tensors)
{
    private static readonly HuggingFaceDim Same = new(HuggingFaceSize.None);
    private static readonly HuggingFaceDim Hidden = new(HuggingFaceSize.Hidden);
    private static readonly HuggingFaceDim Inner = new(HuggingFaceSize.Inner);
    private static readonly HuggingFaceDim Heads = new(HuggingFaceSize.Heads);
    private static readonly HuggingFaceDim KeyValueHeads = new(HuggingFaceSize.KeyValueHeads);

    private static readonly HuggingFaceFamily Llama = new(
        ["llama", "mistral"],
        new Dictionary<HuggingFaceSize, string>
        {
            [HuggingFaceSize.Hidden] = "hidden_size",
            [HuggingFaceSize.Inner] = "intermediate_size",
            [HuggingFaceSize.Layers] = "num_hidden_layers",
            [HuggingFaceSize.Heads] = "num_attention_heads",
            [HuggingFaceSize.KeyValueHeads] = "num_key_value_heads",
        },
        "head_dim",
        "layers",
        [
            ("embed_tokens.weight", [Same, Hidden]), ("lm_head.weight", [Same, Hidden]),
            ("q_proj.weight", [Heads, Hidden]), ("q_proj.bias", [Heads]),
            ("k_proj.weight", [KeyValueHeads, Hidden]), ("k_proj.bias", [KeyValueHeads]), ("v_proj.weight", [KeyValueHeads, Hidden]), ("v_proj.bias", [KeyValueHeads]),
            ("o_proj.weight", [Hidden, Heads]), ("o_proj.bias", [Hidden]),
            ("gate_proj.weight", [Inner, Hidden]), ("gate_proj.bias", [Inner]), ("up_proj.weight", [Inner, Hidden]), ("up_proj.bias", [Inner]),
            ("down_proj.weight", [Hidden, Inner]), ("down_proj.bias", [Hidden]),
            ("input_layernorm.weight", [Hidden]), ("post_attention_layernorm.weight", [Hidden]), ("norm.weight", [Hidden]),
        ]);

    private static readonly HuggingFaceFamily Gpt2 = new(
        ["gpt2"],
        new Dictionary<HuggingFaceSize, string>
        {
            [HuggingFaceSize.Hidden] = "n_embd",
            [HuggingFaceSize.Inner] = "n_inner",
            [HuggingFaceSize.Layers] = "n_layer",
            [HuggingFaceSize.Heads] = "n_head",
        },
        HeadSizeKey: null,
        "h",
        [
            ("wte.weight", [Same, Hidden]), ("wpe.weight", [Same, Hidden]), ("lm_head.weight", [Same, Hidden]),
            ("c_attn.weight", [Hidden, Heads with { Times = 3 }]), ("c_attn.bias", [Heads with { Times = 3 }]),
            ("attn.c_proj.weight", [Heads, Hidden]), ("attn.c_proj.bias", [Hidden]),
            ("c_fc.weight", [Hidden, Inner]), ("c_fc.bias", [Inner]), ("mlp.c_proj.weight", [Inner, Hidden]), ("mlp.c_proj.bias", [Hidden]),
            ("ln_1.weight", [Hidden]), ("ln_1.bias", [Hidden]), ("ln_2.weight", [Hidden]), ("ln_2.bias", [Hidden]), ("ln_f.weight", [Hidden]), ("ln_f.bias", [Hidden]),
        ]);

    private static readonly HuggingFaceFamily Bert = new(
        ["bert"],
        new Dictionary<HuggingFaceSize, string>
        {
            [HuggingFaceSize.Hidden] = "hidden_size",
            [HuggingFaceSize.Inner] = "intermediate_size",
            [HuggingFaceSize.Layers] = "num_hidden_layers",
            [HuggingFaceSize.Heads] = "num_attention_heads",
        },
        HeadSizeKey: null,
        "layer",
        [
            ("word_embeddings.weight", [Same, Hidden]), ("position_embeddings.weight", [Same, Hidden]), ("token_type_embeddings.weight", [Same, Hidden]),
            ("self.query.weight", [Heads, Hidden]), ("self.query.bias", [Heads]), ("self.key.weight", [Heads, Hidden]), ("self.key.bias", [Heads]),
            ("self.value.weight", [Heads, Hidden]), ("self.value.bias", [Heads]),
            ("attention.output.dense.weight", [Hidden, Heads]), ("attention.output.dense.bias", [Hidden]),
            ("intermediate.dense.weight", [Inner, Hidden]), ("intermediate.dense.bias", [Inner]),
            ("output.dense.weight", [Hidden, Inner]), ("output.dense.bias", [Hidden]),
            ("LayerNorm.weight", [Hidden]), ("LayerNorm.bias", [Hidden]), ("LayerNorm.gamma", [Hidden]), ("LayerNorm.beta", [Hidden]),
            ("transform.dense.weight", [Hidden, Hidden]), ("transform.dense.bias", [Hidden]),
            ("pooler.dense.weight", [Hidden, Hidden]), ("pooler.dense.bias", [Hidden]),
            ("decoder.weight", [Same, Hidden]), ("seq_relationship.weight", [Same, Hidden]),
        ]);

    private static readonly HuggingFaceFamily[] All = [Llama, Gpt2, Bert];

    /// <summary>The family that a config is of.</summary>
    /// <exception cref="FormatException">None that is known.</exception>
    public static HuggingFaceFamily Of(HuggingFaceConfig config) =>
        Array.Find(All, family => family.Types.Contains(config.Text("model_type")))
        ?? throw config.Wrong("model_type", $"for a model whose sizes have changed, one of {string.Join(", ", All.SelectMany(static family => family.Types))}");

    /// <summary>The sizes of a tensor's dimensions; null where the family says nothing of it.</summary>
    public HuggingFaceDim[]? DimsOf(string name) =>
        Tensors.FirstOrDefault(tensor => name == tensor.Ending || name.EndsWith("." + tensor.Ending, StringComparison.Ordinal)).Dims;

    /// <summary>The number of the block that a tensor is of; null where it is of none.</summary>
    public int? BlockOf(string name)
    {
        var segments = name.Split('.');
        var place = Array.IndexOf(segments, Blocks) + 1;
        return place > 0 && place < segments.Length && int.TryParse(segments[place], out var block) ? block : null;
    }
}

/// <summary>A size of a config.</summary>
internal enum HuggingFaceSize
{
    /// <summary>One that no shrink changes.</summary>
    None,

    /// <summary>The width of the residual stream.</summary>
    Hidden,

    /// <summary>The width inside the feed-forward network.</summary>
    Inner,

    /// <summary>Query heads.</summary>
    Heads,

    /// <summary>Key and value heads.</summary>
    KeyValueHeads,

    /// <summary>Blocks.</summary>
    Layers,
}

/// <summary>A dimension of a tensor: so many times a size; of heads so many times the size of one, too.</summary>
/// <param name="Size">The size.</param>
/// <param name="Times">How often.</param>
internal sealed record HuggingFaceDim(HuggingFaceSize Size, int Times = 1);
