namespace CompressDsl.Tool.Converting;

/// <summary>How weights are to be stored.</summary>
internal enum LayoutChoice
{
    /// <summary>Each as it is.</summary>
    Keep,

    /// <summary>Dense.</summary>
    Dense,

    /// <summary>sparse-bitmask, where that is smaller.</summary>
    Bitmask,

    /// <summary>sparse-24-bitmask, where the zeros keep to 2:4.</summary>
    TwoOfFour,
}
