using System.Text.Json;
using System.Xml.Linq;

namespace CompressDsl.Integration.Tests.Tool;

/// <summary><c>compressdsl report</c>: the page, as a parser of HTML reads it.</summary>
public sealed class PageTests(PageRun page) : IClassFixture<PageRun>
{
    [Fact]
    public void Page_FetchesNothing()
    {
        Assert.DoesNotContain("//", page.HtmlWithoutImages, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page.HtmlWithoutImages, StringComparison.Ordinal);
        Assert.Empty(page.Document.QuerySelectorAll("script, link, iframe, object, embed, base, form"));
        Assert.All(page.Document.QuerySelectorAll("[src], [href], [srcset], [data], [poster], [background]"), static element =>
            Assert.StartsWith("data:image/svg+xml;base64,", element.GetAttribute("src"), StringComparison.Ordinal));
        Assert.Contains("default-src 'none'; img-src data:", page.Document.QuerySelector("meta[http-equiv]")!.GetAttribute("content"), StringComparison.Ordinal);
    }

    [Fact]
    public void Drawings_AreWellFormed_WrittenOn_AndFetchNothing()
    {
        var drawings = page.Drawings.Select(XDocument.Parse).ToArray();

        Assert.Equal(page.Document.QuerySelectorAll("img").Length, drawings.Length);
        Assert.InRange(drawings.Length, 12, 30);
        Assert.All(drawings, static drawing =>
        {
            Assert.Equal("svg", drawing.Root!.Name.LocalName);
            Assert.True(drawing.Descendants().Count(static element => element.Name.LocalName == "text") >= 3);
            Assert.True(drawing.Descendants().Count(static element => element.Name.LocalName is "path" or "rect") >= 3);
            var attributes = drawing.Descendants().Attributes().Where(static attribute => !attribute.IsNamespaceDeclaration).ToArray();
            Assert.DoesNotContain(attributes, static attribute => attribute.Name.LocalName is "href" or "src");
            Assert.DoesNotContain(attributes, static attribute => attribute.Value.Contains("url(", StringComparison.Ordinal) && !attribute.Value.Contains("url(#", StringComparison.Ordinal));
        });
        Assert.All(page.Document.QuerySelectorAll("img"), static image => Assert.NotEqual("", image.GetAttribute("alt")));
        Assert.All(page.Document.QuerySelectorAll("figure"), static figure => Assert.NotNull(figure.ParentElement!.QuerySelector("table tbody tr")));
    }

    [Fact]
    public void Drawings_ShowTheNamesAndTheAxes()
    {
        string[] texts = [.. page.Drawings.Select(static drawing => string.Join('\n', XDocument.Parse(drawing).Descendants().Where(static element => element.Name.LocalName == "text").Select(static element => element.Value.Trim())))];

        Assert.Contains(texts, static text => text.Contains("up.weight", StringComparison.Ordinal) && text.Contains("fraction pruned", StringComparison.Ordinal) && text.Contains("0.5", StringComparison.Ordinal));
        Assert.Contains(texts, static text => text.Contains("layers.1.up_proj.weight", StringComparison.Ordinal) && text.Contains("dense", StringComparison.Ordinal));
        Assert.Contains(texts, static text => text.Contains("Soft", StringComparison.Ordinal) && text.Contains("step", StringComparison.Ordinal) && text.Contains("total", StringComparison.Ordinal));
        Assert.Contains(texts, static text => text.Contains("baseline", StringComparison.Ordinal) && text.Contains("milliseconds", StringComparison.Ordinal));
    }

    [Fact]
    public void Figures_AreThoseOfTheReports_DigitForDigit()
    {
        var weights = Json("prune.json").GetProperty("weights").EnumerateArray().ToArray();
        Same(
            weights.Select(static weight => (weight.GetProperty("path").GetString()!, Raw(weight, "pruned", "total", "sparsity"))),
            page.Table("ToolNet: sparsity per layer"));
        Same(
            weights.Where(static weight => weight.TryGetProperty("error", out _))
                .Select(static weight => (weight.GetProperty("path").GetString()!, Raw(weight, "error", "damping", "dampingRaises", "deadColumns", "seconds"))),
            page.Table("ToolNet: error per layer"));
        Assert.True(page.Table("ToolNet: error per layer").Length >= 3);

        var layers = Json("sensitivity.json").GetProperty("layers").EnumerateArray().ToArray();
        Same(
            layers.Select(static layer => (layer.GetProperty("path").GetString()!, (string[])[.. Raw(layer, "parameters"), "2.5", .. Trials(layer, "loss")])),
            page.Table($"{RunReports.Hostile}: sensitivity"));
        Same(
            layers.Select(static layer => (layer.GetProperty("path").GetString()!, (string[])[.. Raw(layer, "denseMilliseconds"), .. Trials(layer, "milliseconds")])),
            page.Table($"{RunReports.Hostile}: latency of single layers"));
        Assert.Equal(
            ["weight", "numbers", "loss dense", "50.0%", "75.0%", "90.0%"],
            page.Document.QuerySelectorAll("h2").Single(static title => title.TextContent.EndsWith(": sensitivity", StringComparison.Ordinal)).ParentElement!.QuerySelectorAll("th").Select(static header => header.TextContent));

        var comparison = Json("comparison.json");
        Same(
            new[] { "baseline", "candidate" }.Select(name => (name, Raw(comparison.GetProperty(name), "median", "p10", "p90", "runs", "threads", "itemsPerSecond"))),
            page.Table("Latency, baseline against candidate"));

        var training = Json("training.json")[0];
        Same(
            training.GetProperty("curve").EnumerateArray().Select(static point => (
                point.GetProperty("step").GetRawText(),
                (string[])[.. Raw(point, "step"), .. point.GetProperty("terms").EnumerateArray().SelectMany(static term => Raw(term, "value")), .. Raw(point, "total")])),
            page.Table("Student, from Teacher: loss"));
        Same([("100", ["100", "0.5"]), ("200", ["200", "0.625"])], page.Table("Student, from Teacher: accuracy"));

        var compact = Json("smaller.json").GetProperty("compact");
        Same(
            [
                .. compact.GetProperty("layers").EnumerateArray().Select(static layer => (layer.GetProperty("path").GetString()!, Raw(layer, "sparsity", "bytesBefore", "bytesAfter"))),
                ("total", Raw(compact, "bytesBefore", "bytesAfter")),
            ],
            page.Table("Net: memory per layer"));
        Same(
            compact.GetProperty("layers")[0].GetProperty("timings").EnumerateArray().Select(static timing => ("up", Raw(timing, "vectors", "dense", "dot", "walk", "tile", "speedup"))),
            page.Table("Net: latency, dense against sparse"));

        Same([("Dense", Raw(Json("dense.json"), "bytes", "parameters", "nonZeros", "sparsity")), ("Sparse", Raw(Json("sparse.json"), "bytes", "fileBytes", "parameters", "nonZeros", "sparsity"))], page.Table("Size of the models"));
        Same([("Dense", ["1.3125"]), ("Sparse", ["1.375"])], page.Table("Quality of the models: bits per byte"));
        Same([("attention", ["12", "9"]), ("mlp.up", ["3072", "2304"]), ("all parameters", ["1000", "750"])], page.Table("Net: shrunk"));
    }

    [Fact]
    public void Figures_AreReadWithFewerDigits_AndNamesAsText()
    {
        var cells = page.Document.QuerySelectorAll("data").Select(static figure => (figure.GetAttribute("value")!, figure.TextContent)).ToHashSet();

        Assert.Contains(("4.123456789012345", "4.123"), cells);
        Assert.Contains(("NaN", "NaN"), cells);
        Assert.Contains(("0.75", "75.0%"), cells);
        Assert.Contains($"{RunReports.Hostile}: sensitivity", page.Document.QuerySelectorAll("h2").Select(static title => title.TextContent));
    }

    [Fact]
    public void Program_SaysWhatItMade()
    {
        Assert.Matches(@"ToolNet: sparsity per layer +.*prune.json +4 +yes", page.Said);
        Assert.Matches(@"report.html: [\d.]+ kB", page.Said);
    }

    private static void Same(IEnumerable<(string Name, string[] Values)> expected, (string Name, string[] Values)[] found) =>
        Assert.Equal(
            expected.Select(static row => $"{row.Name}: {string.Join(", ", row.Values)}"),
            found.Select(static row => $"{row.Name}: {string.Join(", ", row.Values)}"));

    private static string[] Raw(JsonElement json, params string[] names) =>
        [.. names.Where(name => json.TryGetProperty(name, out _)).Select(name => json.GetProperty(name)).Select(static value => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText())];

    private static IEnumerable<string> Trials(JsonElement layer, string name) => layer.GetProperty("trials").EnumerateArray().SelectMany(trial => Raw(trial, name));

    private JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(page[file])).RootElement;
}
