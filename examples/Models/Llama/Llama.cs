using CompressDsl;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>
/// A Llama-style language model (Touvron et al., 2023). Its parameters carry the names of Hugging Face's <c>LlamaForCausalLM</c>
/// (<c>model.layers.0.self_attn.q_proj.weight</c>), because a parameter is called as its field is: checkpoints fit without a table of names.
/// </summary>
/// <remarks>
/// It learns from a larger, or a less pruned, one of its kind. T = 1: what counts in the end is the likelihood of the text itself, and the teacher's
/// distribution over 256 bytes says enough without being softened (Muralidharan et al., 2024, found the same for words).
/// </remarks>
[PruneHidden(0.25)]
[DistillFrom(typeof(Llama), T = 1, Alpha = 0.9, Task = DistillTask.CausalLanguageModel)]
public sealed partial class Llama : Module<Tensor, Tensor>, IHuggingFaceModel<Llama>, ICausalDecoder
{
    private readonly LlamaModel model;
    [KeepDense]
    private readonly Linear? lm_head;

    public Llama(LlamaConfig config)
        : base(nameof(Llama))
    {
        Config = config;
        model = new LlamaModel(config);
        lm_head = config.TiesEmbeddings ? null : Linear(config.HiddenSize, config.VocabularySize, hasBias: false);
        RegisterComponents();
    }

    /// <summary>The shape this model was made with.</summary>
    public LlamaConfig Config { get; }

    public int VocabularySize => Config.VocabularySize;

    public int? LongestInput => null;

    public static object Shape(HuggingFaceConfig config) => LlamaConfig.From(config);

    public static Llama Create(HuggingFaceConfig config) => new(LlamaConfig.From(config));

    /// <summary>A folder of the body alone has its names without <c>model.</c>; one with a tied head may have it twice.</summary>
    public static HuggingFaceLayout LayoutOf(HuggingFaceFolder folder) => new()
    {
        Find = HuggingFaceNames.WithOptional("model.", folder),
        Carries = name => name == "lm_head.weight" && folder.Config.Flag("tie_word_embeddings"),
    };

    /// <param name="tokens">[batch, position], integers below the size of the vocabulary</param>
    /// <returns>[batch, position, vocabulary]: the logits of the token that follows each position</returns>
    public override Tensor forward(Tensor tokens)
    {
        var hidden = model.call(tokens);
        return lm_head?.call(hidden) ?? model.Project(hidden);
    }

    /// <inheritdoc/>
    public Tensor Decode(Tensor tokens, KeyValueCache cache) => cache.Call(this, tokens);

    /// <summary>
    /// Draws every weight anew: normal with variance 2 / (5 hidden) (Nguyen and Salazar, 2019), the two projections that write into the residual stream
    /// narrower by the root of their number (Radford et al., 2019), norms at one, biases at zero. The same seed gives the same model.
    /// </summary>
    public Llama Initialize(int seed)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var generator = new Generator((ulong)seed);
        var deviation = Math.Sqrt(2.0 / (5 * Config.HiddenSize));
        foreach (var (name, parameter) in named_parameters())
        {
            if (parameter.dim() == 1)
            {
                parameter.fill_(name.EndsWith(".bias", StringComparison.Ordinal) ? 0 : 1);
                continue;
            }

            var writesResidual = name.EndsWith("o_proj.weight", StringComparison.Ordinal) || name.EndsWith("down_proj.weight", StringComparison.Ordinal);
            parameter.normal_(0, writesResidual ? deviation / Math.Sqrt(2 * Config.Layers) : deviation, generator);
        }

        return this;
    }
}
