using System.Diagnostics;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace CompressDsl.Integration.Tests.Tool;

/// <summary>The page of <c>compressdsl report</c>, in a real browser without a window.</summary>
public sealed partial class BrowserTests(PageRun page) : IClassFixture<PageRun>
{
    // What the browser shows: of each image, whether it was decoded, and how many of its points are not white.
    private const string Look = """
        <script>
        addEventListener('load', () => {
          const images = [...document.images].map(image => {
            const canvas = document.createElement('canvas');
            canvas.width = image.naturalWidth;
            canvas.height = image.naturalHeight;
            const context = canvas.getContext('2d');
            context.drawImage(image, 0, 0);
            const points = context.getImageData(0, 0, canvas.width, canvas.height).data;
            let drawn = 0;
            for (let i = 0; i < points.length; i += 4) drawn += points[i + 3] > 0 && points[i] + points[i + 1] + points[i + 2] < 720 ? 1 : 0;
            const box = image.getBoundingClientRect();
            return { width: image.naturalWidth, shown: box.width, left: box.left, drawn: drawn };
          });
          const tables = [...document.querySelectorAll('table')].map(table => table.getBoundingClientRect().height);
          document.body.setAttribute('data-seen', JSON.stringify({ images, tables, width: document.documentElement.scrollWidth, requests: performance.getEntriesByType('resource').filter(entry => !entry.name.startsWith('data:')).length }));
        });
        </script></body>
        """;

    [BrowserFact]
    public void Page_ShowsEveryPlotAndTable_AndFetchesNothing()
    {
        File.WriteAllText(page["seen.html"], page.Html
            .Replace("default-src 'none';", "default-src 'none'; script-src 'unsafe-inline';", StringComparison.Ordinal)
            .Replace("</body>", Look, StringComparison.Ordinal));

        var seen = JsonDocument.Parse(WebUtility.HtmlDecode(Seen().Match(Open("--dump-dom", page["seen.html"])).Groups[1].Value)).RootElement;

        var images = seen.GetProperty("images").EnumerateArray().ToArray();
        Assert.Equal(page.Document.QuerySelectorAll("img").Length, images.Length);
        Assert.All(images, static image =>
        {
            Assert.True(image.GetProperty("width").GetInt32() >= 600, $"{image}");
            Assert.True(image.GetProperty("shown").GetDouble() >= 300, $"{image}");
            Assert.True(image.GetProperty("drawn").GetInt32() >= 500, $"{image}");
        });
        Assert.Equal(page.Document.QuerySelectorAll("table").Length, seen.GetProperty("tables").GetArrayLength());
        Assert.All(seen.GetProperty("tables").EnumerateArray(), static height => Assert.True(height.GetDouble() > 20));
        Assert.True(seen.GetProperty("width").GetInt32() <= 1280, "nothing hangs out of the window");
        Assert.Equal(0, seen.GetProperty("requests").GetInt32());
    }

    private string Open(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            BrowserFactAttribute.Browser!,
            ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1280,900", $"--user-data-dir={page["browser"]}", "--virtual-time-budget=10000", .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }

    [GeneratedRegex("data-seen=\"([^\"]*)\"")]
    private static partial Regex Seen();
}
