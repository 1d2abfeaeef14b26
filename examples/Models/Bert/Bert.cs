using CompressDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>
/// BERT as a masked language model (Devlin et al., 2019), with the names of Hugging Face's <c>BertForMaskedLM</c>. It takes one segment without padding:
/// every token sees every other.
/// </summary>
[PruneHidden(0.25)]
public sealed partial class Bert : Module<Tensor, Tensor>, IHuggingFaceModel<Bert>
{
    private readonly BertModel bert;
    private readonly BertHead cls;

    public Bert(BertConfig config)
        : base(nameof(Bert))
    {
        Config = config;
        bert = new BertModel(config);
        cls = new BertHead(config);
        RegisterComponents();
    }

    /// <summary>The shape this model was made with.</summary>
    public BertConfig Config { get; }

    public int VocabularySize => Config.VocabularySize;

    public int? LongestInput => Config.Positions;

    public static object Shape(HuggingFaceConfig config) => BertConfig.From(config);

    public static Bert Create(HuggingFaceConfig config) => new(BertConfig.From(config));

    /// <summary>
    /// The first folders name the values of a norm gamma and beta. What belongs to other tasks, and the tied head where it is saved, stays as it is.
    /// </summary>
    public static HuggingFaceLayout LayoutOf(HuggingFaceFolder folder) => new()
    {
        Find = name =>
        {
            string[] places =
            [
                name,
                name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal)
                    .Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal),
                name.Replace("predictions.bias", "predictions.decoder.bias", StringComparison.Ordinal),
            ];
            return new(places.FirstOrDefault(folder.Tensors.ContainsKey) ?? name);
        },
        Carries = static name => name.StartsWith("cls.seq_relationship.", StringComparison.Ordinal)
            || name.StartsWith("bert.pooler.", StringComparison.Ordinal)
            || name.StartsWith("cls.predictions.decoder.", StringComparison.Ordinal),
    };

    /// <param name="tokens">[batch, position], integers below the size of the vocabulary</param>
    /// <returns>[batch, position, vocabulary]: the logits of the token at each position</returns>
    public override Tensor forward(Tensor tokens) => cls.Predict(bert.call(tokens), bert.Words);
}
