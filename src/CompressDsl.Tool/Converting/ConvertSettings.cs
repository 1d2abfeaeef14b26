using static TorchSharp.torch;

namespace CompressDsl.Tool.Converting;

/// <summary>What a conversion is to do.</summary>
/// <param name="Layout">How weights are to be stored.</param>
/// <param name="Type">The type of floating-point numbers; null: each keeps its own.</param>
internal sealed record ConvertSettings(LayoutChoice Layout, ScalarType? Type);
