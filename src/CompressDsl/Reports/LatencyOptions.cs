namespace CompressDsl;

/// <summary>How a call is timed.</summary>
public sealed record LatencyOptions
{
    /// <summary>How many runs go before, uncounted, at least 0: caches fill, threads start, code is compiled. Default 5.</summary>
    public int WarmUp { get; init; } = 5;

    /// <summary>How many runs count, at least 1. Default 30.</summary>
    public int Runs { get; init; } = 30;

    /// <summary>How many items (samples, or tokens) one call works on, greater than 0; null reports no items per second.</summary>
    public double? ItemsPerCall { get; init; }

    internal void Check()
    {
        Require(WarmUp >= 0, nameof(WarmUp), WarmUp, "at least 0");
        Require(Runs >= 1, nameof(Runs), Runs, "at least 1");
        var countsItems = ItemsPerCall is null or (> 0 and < double.PositiveInfinity);
        Require(countsItems, nameof(ItemsPerCall), ItemsPerCall, "a finite number greater than 0, or null");
    }

    private static void Require(bool holds, string name, object? value, string range)
    {
        if (!holds)
        {
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {range}.");
        }
    }
}
