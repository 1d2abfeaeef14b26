namespace CompressDsl;

/// <summary>How the next token is chosen: <see cref="GreedyDecoding"/>, <see cref="SampledDecoding"/> or <see cref="BeamDecoding"/>.</summary>
public abstract record Decoding
{
    private protected Decoding()
    {
    }

    /// <summary>Always the likeliest token.</summary>
    public static Decoding Greedy { get; } = new GreedyDecoding();

    internal abstract void Check();

    private protected static void Require(bool holds, string name, object? value, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
        }
    }
}
