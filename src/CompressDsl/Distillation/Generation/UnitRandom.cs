namespace CompressDsl;

/// <summary>
/// Random numbers that are a function of where they are used, not of what was drawn before: a row gets the same whatever else is in its batch, and there is no state
/// to save. SplitMix64 (Steele, Lea and Flood, 2014) over the three numbers in turn.
/// </summary>
internal static class UnitRandom
{
    /// <summary>A number in [0, 1), of 53 random bits.</summary>
    public static double At(long seed, long stream, long step) => (Bits(seed, stream, step) >> 11) * (1.0 / (1L << 53));

    /// <summary>A seed for something of its own.</summary>
    public static long Seed(long seed, long stream, long step) => (long)Bits(seed, stream, step);

    private static ulong Bits(long seed, long stream, long step) => Mix(Mix(Mix((ulong)seed) + (ulong)stream) + (ulong)step);

    private static ulong Mix(ulong x)
    {
        x += 0x9E3779B97F4A7C15;
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }
}
