namespace CompressDsl;

/// <summary>How large, how fast and how good a model is.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Bytes">The size of its safetensors file if it were saved now, in the way that <see cref="MeasureOptions.Weights"/> says.</param>
/// <param name="FileBytes">The size of the file that was named; null where none was.</param>
/// <param name="Parameters">How many numbers its parameters hold; a parameter that is used twice counts once.</param>
/// <param name="NonZeros">How many of them are not zero.</param>
/// <param name="Latency">How long the call takes; null where none was given.</param>
/// <param name="Quality">How good it is; null where that was not asked.</param>
public sealed record MeasureReport(
    string Model, long Bytes, long? FileBytes, long Parameters, long NonZeros, LatencyReport? Latency, MeasuredQuality? Quality) : Report
{
    /// <summary>The share of the parameters that is zero, in [0, 1]; 0 for a model without parameters.</summary>
    public double Sparsity => Parameters == 0 ? 0 : 1 - ((double)NonZeros / Parameters);

    /// <inheritdoc/>
    protected override string ToText()
    {
        var table = new TextTable()
            .Add("model", new Display.Figure(Model))
            .Add("size on disk", Display.Bytes(Bytes));
        if (FileBytes is { } bytes)
        {
            table.Add("size of the file", Display.Bytes(bytes));
        }

        table
            .Add("parameters", Display.Count(Parameters))
            .Add("non-zeros", Display.Count(NonZeros))
            .Add("sparsity", Display.Percent(Sparsity));
        if (Latency is not null)
        {
            table
                .Add("latency, median", Display.Milliseconds(Latency.Median))
                .Add("  10th to 90th percentile", Latency.Spread)
                .Add("  runs", Latency.Counts);
            if (Latency.ItemsPerSecond is { } rate)
            {
                table.Add("items per second", Display.Value(rate));
            }
        }

        if (Quality is not null)
        {
            table.Add(Quality.Name, Display.Value(Quality.Value));
        }

        return table.ToString();
    }
}

/// <summary>How good a model is, in the caller's measure.</summary>
/// <param name="Name">What was measured, for example <c>bits per byte</c>.</param>
/// <param name="Value">What came out.</param>
public sealed record MeasuredQuality(string Name, double Value);
