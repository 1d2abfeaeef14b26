namespace CompressDsl;

/// <summary>Always the likeliest token; of several that are equally likely, the one with the lowest number.</summary>
public sealed record GreedyDecoding : Decoding
{
    internal override void Check()
    {
    }
}
