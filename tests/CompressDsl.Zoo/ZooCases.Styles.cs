using TorchSharp;
using Zoo.Styles;
using static TorchSharp.torch;

namespace Zoo;

public static partial class ZooCases
{
    /// <summary>Small models in as many ways of writing.</summary>
    public static IReadOnlyList<ZooCase> Styles { get; } =
    [
        ZooCase.Of("MaskedTransformer", static () => new MaskedTransformer(20, positions: 8, hidden: 16, heads: 4), RunMasked, 2, 6, 20),
        ZooCase.Of("EinsumTransformer", static () => new EinsumTransformer(5, hidden: 16, heads: 4, outputs: 3), (model, random) => model.call(random.Normal(2, 6, 5)), 2, 6, 3),
        ZooCase.Of("MultiQueryTransformer", static () => new MultiQueryTransformer(20, hidden: 16, heads: 4), (model, random) => model.call(random.Tokens(20, 2, 6)), 2, 16),
        ZooCase.Of(
            "CrossAttention",
            static () => new CrossAttention(width: 12, memoryWidth: 10, heads: 8, kvHeads: 2, headSize: 4),
            static (model, random) => model.call(random.Normal(2, 6, 12), random.Normal(2, 5, 10)),
            2,
            6,
            12),
        ZooCase.Of("FunctionalConvNet", () => new FunctionalConvNet(8, 16, 5, isNormalised: true), (model, random) => model.call(random.Normal(2, 1, 8, 8)), 2, 5),
        ZooCase.Of("PlainFunctionalConvNet", () => new FunctionalConvNet(8, 16, 5, isNormalised: false), (model, random) => model.call(random.Normal(2, 1, 8, 8)), 2, 5),
        ZooCase.Of("ActorCritic", static () => new ActorCritic(observations: 6, width: 16, actions: 3), RunActorCritic, 2, 4),
        ZooCase.Of("LoopingMlp", static () => new LoopingMlp(6, [16, 24, 8], 3), static (model, random) => model.call(random.Normal(2, 6)), 2, 3),
        ZooCase.Of("ChosenActivation", () => new ChosenActivation(6, 16, 3, ActivationKind.Gelu, true), (model, random) => model.call(random.Normal(2, 6)), 2, 3),
        ZooCase.Of("ChosenIdentity", () => new ChosenActivation(6, 16, 3, ActivationKind.HardSwish, false), (model, random) => model.call(random.Normal(2, 6)), 2, 3),
        ZooCase.Of("NamedVgg", static () => new NamedVgg(width: 8, inner: 16, classes: 5), static (model, random) => model.call(random.Normal(2, 3, 8, 8)), 2, 5),
        ZooCase.Of("NestedEncoder", static () => new NestedEncoder(6, 12, 8), static (model, random) => model.call(random.Normal(2, 6)), 2, 8),
        ZooCase.Of("ScopedMlp", static () => new ScopedMlp(width: 8, inner: 24), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("InPlaceResNet", static () => new InPlaceResNet(8, depth: 2, classes: 5), static (model, random) => model.call(random.Normal(2, 3, 8, 8)), 2, 5),
        ZooCase.Of("SqueezeExcitationNet", static () => new SqueezeExcitationNet(16, 5), static (model, random) => model.call(random.Normal(2, 3, 8, 8)), 2, 5),
        ZooCase.Of("GroupNormNet", static () => new GroupNormNet(16, groups: 4, classes: 3), (model, random) => model.call(random.Normal(2, 3, 6, 6)), 2, 3, 6, 6),
        ZooCase.Of("DenseNet", static () => new DenseNet(8, growth: 4, depth: 3, classes: 5), static (model, random) => model.call(random.Normal(2, 3, 4, 4)), 2, 5),
        ZooCase.Of("Autoencoder", static () => new Autoencoder(width: 8, code: 6), static (model, random) => model.call(random.Normal(2, 1, 8, 8)), 2, 1, 8, 8),
        ZooCase.Of("ConvNext", static () => new ConvNext(width: 8, classes: 5), static (model, random) => model.call(random.Normal(2, 3, 16, 16)), 2, 5),
        ZooCase.Of(
            "T5Encoder",
            static () => new T5Encoder(20, hidden: 16, layers: 2, heads: 4, headSize: 6, inner: 32, distances: 3),
            static (model, random) => model.call(random.Tokens(20, 2, 6)),
            2,
            6,
            16),
        ZooCase.Of("FusedGateMlp", static () => new FusedGateMlp(width: 8, inner: 24), static (model, random) => model.call(random.Normal(2, 4, 8)), 2, 4, 8),
        ZooCase.Of("ParallelTransformer", () => new ParallelTransformer(20, hidden: 16, layers: 2, heads: 8), (model, random) => model.call(random.Tokens(20, 2, 6)), 2, 6, 20),
        ZooCase.Of("QkNormAttention", () => new QkNormAttention(hidden: 16, heads: 4, headSize: 6), (model, random) => model.call(random.Normal(2, 5, 16)), 2, 5, 16),
        ZooCase.Of("AlibiAttention", static () => new AlibiAttention(hidden: 16, heads: 4), static (model, random) => model.call(random.Normal(2, 5, 16)), 2, 5, 16),
        ZooCase.Of("TextCnn", static () => new TextCnn(20, width: 8, filters: 6, [2, 3, 4], classes: 5), (model, random) => model.call(random.Tokens(20, 2, 6)), 2, 5),
        ZooCase.Of("SiameseNet", static () => new SiameseNet(6, 16, 8), static (model, random) => model.call(random.Normal(2, 6), random.Normal(2, 6)), 2),
        ZooCase.Of("WaveNet", () => new WaveNet(width: 8, inner: 12, skip: 16, depth: 3, outputs: 4), (model, random) => model.call(random.Normal(2, 1, 10)), 2, 4, 10),
        ZooCase.Of("FeatureTap", static () => new FeatureTap(6, 16, 3), static (model, random) => model.call(random.Normal(2, 6)), 2, 3),
        ZooCase.Of("SuperResolution", static () => new SuperResolution(width: 8, inner: 4), static (model, random) => model.call(random.Normal(2, 1, 4, 4)), 2, 1, 8, 8),
        ZooCase.Of("OwnWeights", static () => new OwnWeights(width: 8, inner: 24, outputs: 5), static (model, random) => model.call(random.Normal(2, 3, 6, 6)), 2, 5),
        ZooCase.Of("SpreadShapeAttention", static () => new SpreadShapeAttention(16, heads: 4), static (model, random) => model.call(random.Normal(2, 5, 16)), 2, 5, 16),
        ZooCase.Of("StyleTransferNet", static () => new StyleTransferNet(width: 8, code: 12), static (model, random) => model.call(random.Normal(2, 3, 6, 6)), 2, 3, 6, 6),
        ZooCase.Of("SharedBaseNet", static () => new SharedBaseNet(6, 16, 3), static (model, random) => model.call(random.Normal(2, 6)), 2, 3),
    ];

    /// <summary>The last two words of the second sentence are padding.</summary>
    private static Tensor RunMasked(MaskedTransformer model, Seeded random)
    {
        var padding = torch.zeros(2, 6, dtype: ScalarType.Bool);
        padding[1, 4..] = torch.tensor(true);
        return model.call(random.Tokens(20, 2, 6), padding);
    }

    private static Tensor RunActorCritic(ActorCritic model, Seeded random)
    {
        var (policy, value) = model.call(random.Normal(2, 6));
        return torch.cat([policy, value], dim: 1);
    }
}
