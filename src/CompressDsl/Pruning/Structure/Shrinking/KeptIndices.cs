namespace CompressDsl;

/// <summary>Which indices of something are left, in the numbering that it was made with.</summary>
/// <param name="Count">How many there were.</param>
/// <param name="Indices">Those that are left, in ascending order.</param>
internal sealed record KeptIndices(int Count, int[] Indices)
{
    /// <summary>Everything is left.</summary>
    public static KeptIndices All(int count) => new(count, [.. Enumerable.Range(0, count)]);

    /// <summary>For every index whether it is gone.</summary>
    public bool[] Removed
    {
        get
        {
            var removed = new bool[Count];
            Array.Fill(removed, true);
            Array.ForEach(Indices, index => removed[index] = false);
            return removed;
        }
    }

    /// <summary>What is left when more goes.</summary>
    /// <param name="removed">For every one that is left now whether it goes.</param>
    public KeptIndices Without(IReadOnlyList<bool> removed) => this with { Indices = [.. Indices.Where((_, place) => !removed[place])] };
}
