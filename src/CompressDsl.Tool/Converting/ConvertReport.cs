using CompressDsl.Tool.CommandLine;

namespace CompressDsl.Tool.Converting;

/// <summary>What a conversion wrote.</summary>
/// <param name="In">What was read.</param>
/// <param name="Out">What was written.</param>
/// <param name="BytesBefore">The size of the files with weights that were read.</param>
/// <param name="BytesAfter">The size of those that were written.</param>
/// <param name="Tensors">What became of each tensor.</param>
internal sealed record ConvertReport(string In, string Out, long BytesBefore, long BytesAfter, IReadOnlyList<TensorSummary> Tensors) : ToolReport
{
    /// <summary>How many numbers were too small for the new type, and are zero now.</summary>
    public long RoundedToZero => Tensors.Sum(static tensor => tensor.RoundedToZero);

    /// <inheritdoc/>
    internal override IEnumerable<ReportPart> Parts()
    {
        var changed = Tensors.Where(static tensor => tensor.IsChanged || tensor.Why is not null).ToArray();
        if (changed is not [])
        {
            yield return Table(changed);
        }

        if (RoundedToZero > 0)
        {
            yield return new TextPart($"{Display.Count(RoundedToZero)} numbers were too small for the new type, and are zero now.");
        }

        yield return new TextPart(
            $"{Out}: {Display.Bytes(BytesAfter)}, before {Display.Bytes(BytesBefore)}; {Display.Count(Tensors.Count(static tensor => tensor.IsChanged))} of {Display.Count(Tensors.Count)} tensors were converted");
    }

    private static TablePart Table(IEnumerable<TensorSummary> tensors)
    {
        var table = new TablePart("tensor", "type", "layout", "before", "after", "largest change", "rounded to zero", "");
        foreach (var tensor in tensors)
        {
            table.Add(
                tensor.Name,
                Change(tensor.TypeBefore, tensor.TypeAfter),
                Change(tensor.LayoutBefore, tensor.LayoutAfter),
                Display.Bytes(tensor.BytesBefore),
                Display.Bytes(tensor.BytesAfter),
                tensor.LargestChange is { } change ? Display.Value(change) : null,
                tensor.RoundedToZero > 0 ? Display.Count(tensor.RoundedToZero) : null,
                tensor.Why);
        }

        return table;
    }

    private static string Change(string before, string after) => before == after ? before : $"{before} -> {after}";
}
