using CompressDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>
/// GPT-2 (Radford et al., 2019), with the names of Hugging Face's <c>GPT2LMHeadModel</c>. Its head is its embedding. The folders hold the weights of
/// the linear layers as [in, out]; here they are [out, in], as everywhere else.
/// </summary>
[PruneHidden(0.25)]
public sealed partial class Gpt2 : Module<Tensor, Tensor>, IHuggingFaceModel<Gpt2>, ICausalDecoder
{
    private readonly Gpt2Model transformer;

    public Gpt2(Gpt2Config config)
        : base(nameof(Gpt2))
    {
        Config = config;
        transformer = new Gpt2Model(config);
        RegisterComponents();
    }

    /// <summary>The shape this model was made with.</summary>
    public Gpt2Config Config { get; }

    public int VocabularySize => Config.VocabularySize;

    public int? LongestInput => Config.Positions;

    int? ICausalDecoder.LongestSequence => LongestInput;

    public static object Shape(HuggingFaceConfig config) => Gpt2Config.From(config);

    public static Gpt2 Create(HuggingFaceConfig config) => new(Gpt2Config.From(config));

    public static HuggingFaceLayout LayoutOf(HuggingFaceFolder folder)
    {
        var find = HuggingFaceNames.WithOptional("transformer.", folder);
        return new()
        {
            Find = name => find(name) with
            {
                IsTransposed = name.Contains(".c_", StringComparison.Ordinal) && name.EndsWith(".weight", StringComparison.Ordinal),
            },
            Carries = static name => name == "lm_head.weight",
        };
    }

    /// <param name="tokens">[batch, position], integers below the size of the vocabulary</param>
    /// <returns>[batch, position, vocabulary]: the logits of the token that follows each position</returns>
    public override Tensor forward(Tensor tokens) => transformer.Project(transformer.call(tokens));

    /// <inheritdoc/>
    public Tensor Decode(Tensor tokens, KeyValueCache cache) => cache.Call(this, tokens);
}
