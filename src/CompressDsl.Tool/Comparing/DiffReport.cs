using System.Globalization;
using CompressDsl.Tool.CommandLine;

namespace CompressDsl.Tool.Comparing;

/// <summary>What is different in two checkpoints.</summary>
/// <param name="A">The first.</param>
/// <param name="B">The second.</param>
/// <param name="Tolerance">The largest difference of two numbers that counts as none.</param>
/// <param name="OnlyInA">The tensors that only the first has.</param>
/// <param name="OnlyInB">The tensors that only the second has.</param>
/// <param name="Tensors">Those that both have.</param>
internal sealed record DiffReport(
    string A, string B, double Tolerance, IReadOnlyList<string> OnlyInA, IReadOnlyList<string> OnlyInB, IReadOnlyList<ComparedTensor> Tensors) : ToolReport
{
    /// <summary>The keys of the headers' metadata that only one has, or that differ.</summary>
    public IReadOnlyList<string> ChangedMetadata { get; init; } = [];

    /// <summary>How many tensors that both have differ.</summary>
    public int Different => Tensors.Count(tensor => !tensor.IsSame(Tolerance));

    /// <summary>Whether both hold the same.</summary>
    public bool AreSame => OnlyInA.Count + OnlyInB.Count + Different == 0;

    /// <inheritdoc/>
    internal override IEnumerable<ReportPart> Parts()
    {
        yield return new TextPart($"a: {A}\nb: {B}");
        if (OnlyInA.Count + OnlyInB.Count > 0)
        {
            yield return new TextPart(string.Join('\n', OnlyInA.Select(static name => $"only in a: {name}").Concat(OnlyInB.Select(static name => $"only in b: {name}"))));
        }

        if (Different > 0)
        {
            yield return Table();
        }

        if (ChangedMetadata.Count > 0)
        {
            yield return new TextPart($"metadata that differs: {string.Join(", ", ChangedMetadata)}");
        }

        var same = Tensors.Count - Different;
        yield return new TextPart(AreSame
            ? $"The same: {Display.Count(same)} tensors{(Tolerance > 0 ? string.Create(CultureInfo.InvariantCulture, $" within {Tolerance}") : "")}."
            : $"Different: {Display.Count(Different)} tensors differ, {Display.Count(same)} do not, {OnlyInA.Count} are only in a, {OnlyInB.Count} only in b.");
    }

    private TablePart Table()
    {
        var table = new TablePart("tensor", "type", "shape", "numbers that differ", "largest", "relative", "zeros that came", "zeros that went", "mask");
        foreach (var tensor in Tensors.Where(tensor => !tensor.IsSame(Tolerance)))
        {
            table.Add(
                tensor.Name,
                tensor.TypeA == tensor.TypeB ? tensor.TypeA : $"{tensor.TypeA} -> {tensor.TypeB}",
                tensor.SameShape ? Shape(tensor.ShapeA) : $"{Shape(tensor.ShapeA)} -> {Shape(tensor.ShapeB)}",
                tensor.Values is { } values ? Display.Count(values.Different) : null,
                tensor.Values is { } largest ? Display.Value(largest.Largest) : null,
                tensor.Values is { } relative ? Display.Value(relative.Relative) : null,
                tensor.Values is { } came ? Display.Count(came.ZerosCame) : null,
                tensor.Values is { } went ? Display.Count(went.ZerosWent) : null,
                tensor.Mask);
        }

        return table;
    }

    private static string Shape(IReadOnlyList<long> shape) => shape.Count == 0 ? "scalar" : string.Join(" x ", shape);
}
