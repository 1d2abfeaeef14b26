namespace CompressDsl;

/// <summary>What happened to one group of heads or channels, or to one list of blocks.</summary>
/// <param name="Path">The layer whose outputs they are, the attention, or the list.</param>
/// <param name="Rule">The rule that was followed.</param>
/// <param name="Count">How many units there are; 0 where it is only told why something stays whole.</param>
/// <param name="Removed">How many of them are masked now.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record PrunedStructure(string Path, StructureRule Rule, int Count, int Removed, double Seconds)
{
    /// <summary>Why it, or a part of it, stays whole; null where nothing was in the way.</summary>
    public string? Obstacle { get; init; }

    /// <summary>How many units stay.</summary>
    public int Kept => Count - Removed;
}
