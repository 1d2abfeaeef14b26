namespace CompressDsl.Integration.Tests.Tool;

/// <summary><c>compressdsl report</c> on what is not right.</summary>
public sealed class ReportErrorTests : IDisposable
{
    private readonly ToolRun tool = new();

    public void Dispose() => tool.Dispose();

    [Fact]
    public void WhatIsNoReport_IsAnErrorThatSaysWhatIsAccepted()
    {
        var unknown = Error("""{"sparsity": 0.5, "layers": 3}""");
        Assert.Contains("holds an object with the keys sparsity, layers, which is no report. Accepted is what ToJson() of a report wrote", unknown, StringComparison.Ordinal);
        Assert.Contains("PruneReport (weights, structures, parameters, alreadyPruned); SensitivityReport (denseLoss, layers)", unknown, StringComparison.Ordinal);
        Assert.Contains("holds '5', which is no report.", Error("5"), StringComparison.Ordinal);
        Assert.Contains("is not valid JSON", Error("{"), StringComparison.Ordinal);
        Assert.Contains("There is no file 'missing.json'", tool.Error("report", "missing.json", "-o", tool["page.html"]), StringComparison.Ordinal);
        Assert.False(File.Exists(tool["page.html"]));
    }

    [Fact]
    public void ReportWithAWrongMember_IsAnErrorThatNamesIt()
    {
        Assert.Contains("SensitivityReport.layers is '3'; an array of objects is right.", Error("""{"model": "Net", "denseLoss": 1, "layers": 3}"""), StringComparison.Ordinal);
        Assert.Contains(
            "SensitivityReport.layers[0].trials[0].loss is '\"high\"'; a number is right.",
            Error("""{"model": "Net", "denseLoss": 1, "layers": [{"path": "w", "parameters": 4, "trials": [{"sparsity": 0.5, "loss": "high"}]}]}"""),
            StringComparison.Ordinal);
    }

    [Fact]
    public void OutputThatIsNoPage_IsAnError()
    {
        File.WriteAllText(tool["run.json"], RunReports.Comparison.ToJson());

        Assert.Contains("a name that ends with .html is right", tool.Error("report", tool["run.json"], "-o", tool["run.json"]), StringComparison.Ordinal);
        Assert.Contains("there is no folder", tool.Error("report", tool["run.json"], "-o", tool["no/page.html"]), StringComparison.Ordinal);
        Assert.Contains("'--out' is required", tool.Error("report", tool["run.json"]), StringComparison.Ordinal);
        Assert.Equal(2, tool.Json(0, "report", tool["run.json"], "-o", tool["page.html"]).GetProperty("sections").GetArrayLength());
        Assert.Equal(["page.html", "run.json"], Directory.GetFiles(Path.GetDirectoryName(tool["x"])!).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private string Error(string json)
    {
        File.WriteAllText(tool["run.json"], json);
        return tool.Error("report", tool["run.json"], "-o", tool["page.html"]);
    }
}
