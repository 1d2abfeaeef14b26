using CompressDsl.Models;

namespace CompressDsl.Reading;

/// <summary>Widths that matrix units and vector registers like: multiples of 8, from 64 on (CDSL2005).</summary>
internal static class HardwareWidths
{
    private const int Multiple = 8;

    // Below it a layer takes so little time that nobody would notice.
    private const int Least = 64;

    /// <summary>The first group of coupled channels that has such a width and is left with another one; null where none is, and where nobody knows.</summary>
    /// <param name="model">The attribute, with its groups.</param>
    /// <returns>Its name, how many channels it has, and how many are left.</returns>
    public static (string Name, long Count, long Kept)? FindLost(StructureModel model)
    {
        // What is ranked over several layers, or rounded already, is left with a width that the code does not say, or that was meant.
        if (model is not { Kind: StructureKind.Channels or StructureKind.Hidden, Scope: null, RoundTo: 1 })
        {
            return null;
        }

        foreach (var group in model.Groups)
        {
            if (group is { Obstacle: null, Count: >= Least and { } count } && count % Multiple == 0 && KeptOf(count, model) is var kept && kept % Multiple != 0)
            {
                return (group.Name, count, kept);
            }
        }

        return null;
    }

    // As the runtime counts: never more goes than was asked for.
    private static long KeptOf(long count, StructureModel model) => model.Keep ?? (count - (long)Math.Floor((count * model.Ratio!.Value) + 1e-9));
}
