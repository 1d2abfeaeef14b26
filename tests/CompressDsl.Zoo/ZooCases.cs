namespace Zoo;

/// <summary>The models of the zoo, small. What is known of one holds by its name.</summary>
public static partial class ZooCases
{
    /// <summary>Published architectures, each named as its class or as what it is known by.</summary>
    public static IReadOnlyList<ZooCase> Architectures { get; } =
    [
        ZooCase.Of("Bert", () => SmallBert(), (model, random) => model.call(random.Tokens(50, 2, 6)), 2, 32),
        ZooCase.Of("BertWithHead", () => SmallBert(hasHead: true, hasPooler: false), (model, random) => model.call(random.Tokens(50, 2, 6)), 2, 6, 50),
        ZooCase.Of("DistilBert", () => SmallBert(tokenTypes: 0, hasPooler: false), (model, random) => model.call(random.Tokens(50, 2, 6)), 2, 6, 32),
        ZooCase.Of(
            "Gpt2",
            static () => new Gpt2(vocabulary: 50, positions: 16, hidden: 32, layers: 2, heads: 4),
            static (model, random) => model.call(random.Tokens(50, 2, 6)),
            2,
            6,
            50),
        ZooCase.Of("Llama", () => SmallLlama(isTied: false), static (model, random) => model.call(random.Tokens(50, 2, 6)), 2, 6, 50),
        ZooCase.Of("TiedLlama", () => SmallLlama(isTied: true), static (model, random) => model.call(random.Tokens(50, 2, 6)), 2, 6, 50),
        ZooCase.Of(
            "VisionTransformer",
            static () => new VisionTransformer(imageSize: 16, patch: 4, hidden: 32, depth: 2, heads: 4, mlp: 64, classes: 5),
            static (model, random) => model.call(random.Normal(2, 3, 16, 16)),
            2,
            5),
        ZooCase.Of("ResNet18", static () => ResNet.ResNet18(width: 8, classes: 5), static (model, random) => model.call(random.Normal(2, 3, 32, 32)), 2, 5),
        ZooCase.Of("ResNet50", static () => ResNet.ResNet50(width: 4, classes: 5), static (model, random) => model.call(random.Normal(2, 3, 32, 32)), 2, 5),
        ZooCase.Of(
            "MobileNetV2",
            static () => new MobileNetV2(classes: 5, width: 0.25),
            static (model, random) => model.call(random.Normal(2, 3, 32, 32)),
            2,
            5),
        ZooCase.Of("UNet", static () => new UNet(inputs: 1, classes: 2, width: 8), static (model, random) => model.call(random.Normal(2, 1, 8, 8)), 2, 2, 8, 8),
        ZooCase.Of(
            "MlpMixer",
            static () => new MlpMixer(imageSize: 16, patch: 4, hidden: 16, depth: 2, tokenWidth: 24, channelWidth: 32, classes: 5),
            static (model, random) => model.call(random.Normal(2, 3, 16, 16)),
            2,
            5),
        ZooCase.Of(
            "LstmClassifier",
            static () => new LstmClassifier(vocabulary: 50, width: 8, state: 12, inner: 16, classes: 5),
            static (model, random) => model.call(random.Tokens(50, 2, 6)),
            2,
            5),
    ];

    /// <summary>Every case, the architectures first.</summary>
    public static IEnumerable<ZooCase> All => [.. Architectures, .. Styles, .. Obstacles, .. Unfollowed];

    /// <exception cref="InvalidOperationException">No case has that name, or two have.</exception>
    public static ZooCase Named(string name) => All.Single(zooCase => zooCase.Name == name);

    private static Bert SmallBert(int tokenTypes = 2, bool hasPooler = true, bool hasHead = false)
        => new(vocabulary: 50, hidden: 32, layers: 2, heads: 4, intermediate: 64, positions: 16, tokenTypes, hasPooler, hasHead);

    private static Llama SmallLlama(bool isTied)
        => new(vocabulary: 50, hidden: 32, layers: 2, heads: 8, keyValueHeads: 2, intermediate: 48, isTied);
}
