using CompressDsl.Models;

namespace CompressDsl.Reading;

/// <summary>Which criteria apply to which structure; the runtime has the same lists in its StructureRule.</summary>
internal static class StructureCriteria
{
    private static readonly string[] OfUnits = ["Magnitude", "Taylor", "Fisher", "Activation", "Contribution", "Random"];
    private static readonly string[] OfHeads = [.. OfUnits, "Gate"];
    private static readonly string[] OfLayers = ["BlockInfluence"];

    /// <summary>The names of the criteria for a structure, the default first.</summary>
    public static string[] For(StructureKind kind) => kind switch
    {
        StructureKind.Heads => OfHeads,
        StructureKind.Layers => OfLayers,
        _ => OfUnits,
    };
}
