using Zoo.Styles.Unfollowed;

namespace Zoo;

public static partial class ZooCases
{
    /// <summary>Models with a layer whose channels go where nobody follows them, and another whose channels can go.</summary>
    public static IReadOnlyList<ZooCase> Unfollowed { get; } =
    [
        ZooCase.Of("ScaledByWidth", static () => new ScaledByWidth(), static (model, random) => model.call(random.Normal(2, 6)), 2, 4),
        ZooCase.Of("ChosenByWidth", static () => new ChosenByWidth(), static (model, random) => model.call(random.Normal(2, 6)), 2, 4),
        ZooCase.Of("NumberedChannels", static () => new NumberedChannels(), static (model, random) => model.call(random.Normal(2, 6)), 2, 4),
        ZooCase.Of("WrittenChannel", static () => new WrittenChannel(), static (model, random) => model.call(random.Normal(2, 6)), 2, 4),
        ZooCase.Of("HeldInRecord", static () => new HeldInRecord(), static (model, random) => model.call(random.Normal(2, 6)), 2, 4),
        ZooCase.Of("ComingOneByOne", static () => new ComingOneByOne(), static (model, random) => model.call(random.Normal(2, 6)), 2, 4),
        ZooCase.Of("FilledInLoop", static () => new FilledInLoop(), static (model, random) => model.call(random.Normal(2, 6)), 2, 4),
        ZooCase.Of("TakenByLambda", static () => new TakenByLambda(), static (model, random) => model.call(random.Normal(2, 6)), 2, 4),
        ZooCase.Of("Gram", static () => new Gram(), static (model, random) => model.call(random.Normal(2, 3, 4, 4)), 2, 4),
        ZooCase.Of("EarlyExit", static () => new EarlyExit(), static (model, random) => model.call(random.Normal(2, 6)), 2, 4),
    ];
}
