namespace CompressDsl;

/// <summary>What became compact storage, what stayed dense, and why.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Layers">Every <see cref="SparseLinear"/>, and every other layer that a rule prunes.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record CompactReport(string Model, IReadOnlyList<CompactedLayer> Layers, double Seconds) : Report
{
    /// <summary>The memory of those weights before, in bytes.</summary>
    public long BytesBefore => Layers.Sum(static layer => layer.BytesBefore);

    /// <summary>The memory of those weights now, in bytes.</summary>
    public long BytesAfter => Layers.Sum(static layer => layer.BytesAfter);

    /// <inheritdoc/>
    protected override string ToText()
    {
        var table = new TextTable("layer", "storage", "sparsity", "before", "after", "speed", "");
        foreach (var layer in Layers)
        {
            table.Add(
                layer.Path,
                layer.Storage == SparseKernel.None ? "dense" : layer.Storage,
                Display.Percent(layer.Sparsity),
                Display.Bytes(layer.BytesBefore),
                Display.Bytes(layer.BytesAfter),
                layer.Speed,
                layer.Why);
        }

        table.Add("total", null, null, Display.Bytes(BytesBefore), Display.Bytes(BytesAfter));
        return $"{Model}: compacted in {Display.Milliseconds(Seconds * 1000)}\n{table}";
    }
}

/// <summary>What became of one layer.</summary>
/// <param name="Path">Its path in the model.</param>
/// <param name="Storage">Its storage now; <see cref="SparseKernel.None"/> is dense.</param>
/// <param name="Sparsity">The fraction of its weight that is zero, in [0, 1].</param>
/// <param name="BytesBefore">The memory of its weight before, in bytes.</param>
/// <param name="BytesAfter">The memory of its weight now, in bytes.</param>
/// <param name="Why">Why nothing was changed; null where it was.</param>
public sealed record CompactedLayer(string Path, SparseKernel Storage, double Sparsity, long BytesBefore, long BytesAfter, string? Why)
{
    /// <summary>What the choice of kernels rests on: how fast the layer is, dense and compact; empty where the storage is dense.</summary>
    public IReadOnlyList<KernelTiming> Timings { get; init; } = [];

    /// <summary>The kernel and its speed beside dense, from few vectors a call to many.</summary>
    internal string? Speed => Timings.Count == 0
        ? null
        : string.Join(", ", Timings.Select(static timing => $"{timing.Vectors}: {timing.Best} {Display.Ratio(timing.Speedup)}"));
}

/// <summary>How far a call of <see cref="Compaction.Compact"/> has come.</summary>
/// <param name="Done">Layers that are compressed.</param>
/// <param name="Total">Layers to compress.</param>
/// <param name="Path">The layer compressed last.</param>
public sealed record CompactProgress(int Done, int Total, string Path);
