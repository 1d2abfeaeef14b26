namespace CompressDsl;

/// <summary>Which weights are compared with each other when the lowest scores are looked for.</summary>
public enum Scope
{
    /// <summary>Every row (the weights of one output) loses the same number.</summary>
    PerRow,

    /// <summary>Every layer loses the same fraction; its rows may differ.</summary>
    PerLayer,

    /// <summary>Every weight under the annotated class that asks for this is compared with every other; layers may differ.</summary>
    Global,
}
