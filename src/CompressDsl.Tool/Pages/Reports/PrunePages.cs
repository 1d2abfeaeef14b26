using System.Globalization;

namespace CompressDsl.Tool.Pages.Reports;

/// <summary>Sparsity and error of every weight; what was masked of heads, channels and blocks.</summary>
internal sealed class PrunePages : IReportKind
{
    /// <inheritdoc/>
    public string Name => nameof(PruneReport);

    /// <inheritdoc/>
    public IReadOnlyList<string> Keys => ["weights", "structures", "parameters", "alreadyPruned"];

    /// <inheritdoc/>
    public IEnumerable<PageSection> Sections(IReadOnlyList<ReportJson> reports) => reports.SelectMany(Sections);

    private static IEnumerable<PageSection> Sections(ReportJson report)
    {
        var model = report.Text("model");
        yield return new(
            $"{model}: pruned",
            report.File,
            new PageTable("sparsity", "pruned", "of", "all parameters", "time").Add(
                report.Number("sparsity").Percent, report.Number("pruned").Count, report.Number("total").Count, report.Number("parameters").Count, report.Number("seconds").Seconds));
        var weights = report.Objects("weights");
        if (weights.Count > 0)
        {
            yield return Sparsity(model, report, weights);
        }

        if (weights.Any(static weight => weight.Has("error")))
        {
            yield return Error(model, report, [.. weights.Where(static weight => weight.Has("error"))]);
        }

        if (report.Objects("structures") is { Count: > 0 } structures)
        {
            yield return Structures(model, report, structures);
        }
    }

    private static PageSection Sparsity(string model, ReportJson report, IReadOnlyList<ReportJson> weights)
    {
        var table = new PageTable("weight", "shape", "rule", "pruned", "of", "sparsity");
        foreach (var weight in weights)
        {
            table.Add(
                weight.Text("path"), weight.Sizes("shape"), Rule(weight.Object("rule")), weight.Number("pruned").Count, weight.Number("total").Count, weight.Number("sparsity").Percent);
        }

        return new($"{model}: sparsity per layer", report.File, table, new BarPlot(
            $"Sparsity of each weight of {model}",
            "fraction pruned",
            [.. weights.Select(static weight => weight.Text("path"))],
            ("sparsity", [.. weights.Select(static weight => weight.Number("sparsity").Value)]))
        {
            Most = 1,
        });
    }

    private static PageSection Error(string model, ReportJson report, IReadOnlyList<ReportJson> weights)
    {
        var table = new PageTable("weight", "error", "damping", "raised", "dead inputs", "time");
        foreach (var weight in weights)
        {
            table.Add(
                weight.Text("path"),
                weight.Number("error").Figure,
                weight.NumberOrNull("damping")?.Figure ?? default(PageCell),
                weight.Number("dampingRaises").Count,
                weight.NumberOrNull("deadColumns")?.Count ?? default(PageCell),
                weight.Number("seconds").Seconds);
        }

        return new($"{model}: error per layer", report.File, table, new BarPlot(
            $"Reconstruction error of each layer of {model}",
            "‖X (W - W')‖² / ‖X W‖²",
            [.. weights.Select(static weight => weight.Text("path"))],
            ("error", [.. weights.Select(static weight => weight.Number("error").Value)])));
    }

    private static PageSection Structures(string model, ReportJson report, IReadOnlyList<ReportJson> structures)
    {
        var table = new PageTable("structure", "kind", "masked", "of", "kept", "obstacle");
        foreach (var structure in structures)
        {
            table.Add(
                structure.Text("path"), structure.Object("rule").Text("kind"), structure.Number("removed").Count, structure.Number("count").Count, structure.Number("kept").Count, structure.TextOrNull("obstacle"));
        }

        return new($"{model}: structure", report.File, table, new BarPlot(
            $"What was masked of heads, channels and blocks of {model}",
            "units",
            [.. structures.Select(static structure => structure.Text("path"))],
            ("kept", [.. structures.Select(static structure => structure.Number("kept").Value)]),
            ("masked", [.. structures.Select(static structure => structure.Number("removed").Value)])));
    }

    private static string Rule(ReportJson rule)
    {
        if (rule.Flag("isDense"))
        {
            return "dense";
        }

        var pattern = rule.Flag("isSemiStructured") ? $"{rule.Number("n").Raw}:{rule.Number("m").Raw}"
            : string.Create(CultureInfo.InvariantCulture, $"{rule.Number("sparsity").Value * 100:0.####}%")
                + (rule.Flag("isBlocked") ? $" in {rule.Number("blockRows").Raw} x {rule.Number("blockColumns").Raw} blocks" : "");
        return $"{pattern}, {rule.Text("criterion")}";
    }
}
