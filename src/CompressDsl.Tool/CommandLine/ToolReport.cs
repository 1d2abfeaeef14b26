using Spectre.Console;

namespace CompressDsl.Tool.CommandLine;

/// <summary>What a command found or did: plain values, that print as tables and serialise to JSON.</summary>
internal abstract record ToolReport : Report
{
    /// <summary>What there is to show, from top to bottom.</summary>
    internal abstract IEnumerable<ReportPart> Parts();

    /// <summary>Prints it: with borders on a terminal, as plain text into a pipe or file.</summary>
    /// <param name="asJson">As JSON, wherever it goes.</param>
    internal void Show(bool asJson)
    {
        if (asJson)
        {
            Console.Out.WriteLine(ToJson());
        }
        else if (Console.IsOutputRedirected)
        {
            Console.Out.WriteLine(ToString());
        }
        else
        {
            foreach (var part in Parts())
            {
                part.Draw(AnsiConsole.Console);
            }
        }
    }

    /// <inheritdoc/>
    protected sealed override string ToText() => string.Join("\n\n", Parts().Select(static part => part.ToText()));
}
