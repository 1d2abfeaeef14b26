using CompressDsl.Tool.CommandLine;

namespace CompressDsl.Tool.Inspecting;

/// <summary>What a checkpoint holds.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Tensors">The tensors of the model.</param>
internal sealed record InspectReport(string Path, IReadOnlyList<InspectedTensor> Tensors) : ToolReport
{
    /// <summary>How many numbers all tensors hold.</summary>
    public long Numbers => Tensors.Sum(static tensor => tensor.Numbers);

    /// <summary>How many of them are zero; what cannot be read does not count.</summary>
    public long Zeros => Tensors.Sum(static tensor => tensor.Zeros ?? 0);

    /// <summary>The fraction that is zero, in [0, 1].</summary>
    public double Sparsity => Numbers == 0 ? 0 : (double)Zeros / Numbers;

    /// <summary>The bytes in the file or files, masks and all parts, without headers.</summary>
    public long StoredBytes => Tensors.Sum(static tensor => tensor.StoredBytes);

    /// <summary>The bytes of all tensors in each storage; a tensor that cannot be in it counts dense.</summary>
    public StorageSizes Bytes => new(
        Tensors.Sum(static tensor => tensor.Bytes.Dense),
        Tensors.Sum(static tensor => tensor.Bytes.Csr ?? tensor.Bytes.Dense),
        Tensors.Sum(static tensor => tensor.Bytes.Bitmask ?? tensor.Bytes.Dense),
        Tensors.Sum(static tensor => tensor.Bytes.SemiStructured ?? tensor.Bytes.Dense));

    /// <inheritdoc/>
    internal override IEnumerable<ReportPart> Parts()
    {
        yield return new TextPart(Path);
        var table = new TablePart("tensor", "type", "shape", "layout", "zeros", "pattern", "dead rows", "dead columns", "masked", "dense", "csr", "bitmask", "2:4");
        foreach (var tensor in Tensors)
        {
            table.Add(
            [
                tensor.Name,
                tensor.Type,
                tensor.Shape.Count == 0 ? "scalar" : string.Join(" x ", tensor.Shape),
                tensor.Layout,
                tensor.Sparsity is { } sparsity ? Display.Percent(sparsity) : null,
                tensor.Pattern,
                tensor.DeadRows is { } rows ? Display.Count(rows) : null,
                tensor.DeadColumns is { } columns ? Display.Count(columns) : null,
                tensor.Masked is { } masked ? Display.Percent(masked) : null,
                .. Cells(tensor.Bytes),
            ]);
        }

        yield return table.Add(
            ["total", null, Display.Count(Numbers), null, Display.Percent(Sparsity), null, null, null, null, .. Cells(Bytes)]);
        yield return new TextPart($"{Display.Count(Tensors.Count)} tensors; {Display.Bytes(StoredBytes)} as they are stored");
        if (Tensors.Where(static tensor => tensor.Zeros is null).Select(static tensor => tensor.Name).ToArray() is { Length: > 0 } unread)
        {
            yield return new TextPart($"Not looked into, for TorchSharp has no such type: {string.Join(", ", unread)}");
        }
    }

    private static object?[] Cells(StorageSizes sizes) => [Cell(sizes.Dense), Cell(sizes.Csr), Cell(sizes.Bitmask), Cell(sizes.SemiStructured)];

    private static object? Cell(long? bytes) => bytes is { } known ? Display.Bytes(known) : null;
}
