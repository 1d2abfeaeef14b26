using Zoo.Styles.Obstacles;
using static TorchSharp.torch;

namespace Zoo;

public static partial class ZooCases
{
    /// <summary>Models of which some part cannot shrink, or would break; a comment stands at the place that is to blame.</summary>
    public static IReadOnlyList<ZooCase> Obstacles { get; } =
    [
        ZooCase.Of("LiteralHeads", static () => new LiteralHeads(), static (model, random) => model.call(random.Normal(2, 5, 32)), 2, 5, 32),
        ZooCase.Of("WidthOfInput", static () => new WidthOfInput(16, 4), static (model, random) => model.call(random.Normal(2, 5, 16)), 2, 5, 16),
        ZooCase.Of("HeadSizeInForward", static () => new HeadSizeInForward(16, 4), static (model, random) => model.call(random.Normal(2, 5, 16)), 2, 5, 16),
        ZooCase.Of("NativeAttention", static () => new NativeAttention(16, 4), static (model, random) => model.call(random.Normal(5, 2, 16)), 5, 2, 16),
        ZooCase.Of("LiteralSplit", static () => new LiteralSplit(), static (model, random) => model.call(random.Normal(2, 16)), 2, 16),
        ZooCase.Of("LiteralFlatten", static () => new LiteralFlatten(), static (model, random) => model.call(random.Normal(2, 1, 8, 8)), 2, 5),
        ZooCase.Of("LiteralChannel", static () => new LiteralChannel(8, 16), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("ChannelShuffle", static () => new ChannelShuffle(16, 4), static (model, random) => model.call(random.Normal(2, 3, 4, 4)), 2, 3, 4, 4),
        ZooCase.Of("FourierOverChannels", static () => new FourierOverChannels(8, 16), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("SoftmaxOverChannels", static () => new SoftmaxOverChannels(8, 16), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("SortOverChannels", static () => new SortOverChannels(8, 16), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("TopChannels", static () => new TopChannels(8, 16), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("SumsOverChannels", static () => new SumsOverChannels(8, 16), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("SumOfSigmoids", static () => new SumOfSigmoids(8, 16), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("LogOfChannels", static () => new LogOfChannels(8, 16), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("DelegateActivation", static () => new DelegateActivation(8, 16, static x => nn.functional.relu6(x)), (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("StandardisedWeight", static () => new StandardisedWeight(8, 16), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
        ZooCase.Of("EitherLayer", static () => new EitherLayer(8, 16), static (model, random) => model.call(random.Normal(2, 8)), 2, 8),
    ];
}
