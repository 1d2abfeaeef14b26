namespace CompressDsl;

/// <summary>
/// How vectors lie as panels: four registers of vectors, and one narrower panel for the rest; in a panel the numbers of all its vectors at a place are
/// neighbours.
/// </summary>
/// <param name="places">How long a vector is.</param>
/// <param name="count">How many vectors.</param>
/// <param name="lanes">How many numbers a register holds.</param>
/// <param name="narrowest">How many registers the narrowest panel has: 1 or 2.</param>
internal readonly struct Panels(int places, int count, int lanes, int narrowest)
{
    /// <summary>How many panels there are.</summary>
    public int Number { get; } = (count + (4 * lanes) - 1) / (4 * lanes);

    /// <summary>How many numbers all panels have at one place: at least the number of vectors.</summary>
    public int Width { get; } = (count / (4 * lanes) * 4 * lanes) + Rest(count % (4 * lanes), lanes, narrowest);

    /// <summary>How many numbers a panel has at one place.</summary>
    public int WidthOf(int panel) => Math.Min(4 * lanes, Width - (panel * 4 * lanes));

    /// <summary>Where a panel starts.</summary>
    public nint Start(int panel) => (nint)panel * 4 * lanes * places;

    private static int Rest(int count, int lanes, int narrowest) =>
        count == 0 ? 0 : count <= narrowest * lanes ? narrowest * lanes : count <= 2 * lanes ? 2 * lanes : 4 * lanes;
}
