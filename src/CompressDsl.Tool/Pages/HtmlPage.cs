using System.Net;
using System.Text;

namespace CompressDsl.Tool.Pages;

/// <summary>Writes a page as one HTML file: no script, and nothing that is fetched from anywhere.</summary>
internal static class HtmlPage
{
    // The browser is told to fetch nothing, whatever a file name or a title holds.
    private const string Head = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>CompressDsl report</title>
        <style>
        body { font: 15px/1.45 system-ui, sans-serif; color: #1c1e21; background: #fff; margin: 0 auto; max-width: 1800px; padding: 1.5rem; }
        h1 { font-size: 1.5rem; margin: 0 0 .25rem; }
        h2 { font-size: 1.15rem; margin: 0; }
        p { color: #5b6168; margin: .1rem 0 .75rem; }
        section { border-top: 1px solid #d7dade; padding: 1.25rem 0; }
        .pair { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start; }
        figure { margin: 0; flex: 0 1 auto; max-width: 100%; }
        img { max-width: 100%; height: auto; display: block; }
        .figures { flex: 1 1 24rem; overflow-x: auto; }
        table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .2rem .7rem .2rem 0; text-align: left; white-space: nowrap; vertical-align: top; }
        th { border-bottom: 1px solid #8a9097; font-weight: 600; }
        tbody tr:nth-child(even) { background: #f4f5f7; }
        .number { text-align: right; }
        /* Beside a long table the plot stays in sight. */
        @media (min-width: 1250px) { figure { position: sticky; top: 1rem; } }
        </style>
        </head>
        <body>

        """;

    /// <summary>The page.</summary>
    /// <param name="files">The files that were read.</param>
    /// <param name="sections">What it shows.</param>
    internal static string Of(IReadOnlyList<string> files, IReadOnlyList<PageSection> sections)
    {
        var html = new StringBuilder(Head);
        html.Append("<h1>CompressDsl report</h1>\n<p>").Append(Encode(string.Join(", ", files.Select(Path.GetFileName)))).Append("</p>\n");
        if (!PlotFonts.AreThere)
        {
            html.Append("<p>").Append(Encode(PlotFonts.Missing)).Append("</p>\n");
        }

        foreach (var section in sections)
        {
            html.Append("<section>\n<h2>").Append(Encode(section.Title)).Append("</h2>\n<p>").Append(Encode(section.Source)).Append("</p>\n<div class=\"pair\">\n");
            if (section.Plot is { } plot)
            {
                // As an image of its own: names inside two drawings on one page would be confused.
                var drawing = PlotDrawing.Svg(plot);
                html.Append("<figure><img alt=\"").Append(Encode(plot.Description))
                    .Append("\" width=\"").Append(plot.Width).Append("\" height=\"").Append(plot.Height)
                    .Append("\" src=\"data:image/svg+xml;base64,").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(drawing))).Append("\"></figure>\n");
            }

            Write(html, section.Table);
            html.Append("</div>\n</section>\n");
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void Write(StringBuilder html, PageTable table)
    {
        html.Append("<div class=\"figures\"><table>\n<thead><tr>");
        for (var i = 0; i < table.Headers.Count; i++)
        {
            var isNumber = table.Rows.Any(row => row[i].Value is not null);
            html.Append(isNumber ? "<th class=\"number\">" : "<th>").Append(Encode(table.Headers[i])).Append("</th>");
        }

        html.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            foreach (var cell in row)
            {
                html.Append(cell.Value is { } value
                    ? $"<td class=\"number\"><data value=\"{Encode(value)}\" title=\"{Encode(value)}\">{Encode(cell.Text)}</data></td>"
                    : $"<td>{Encode(cell.Text)}</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
