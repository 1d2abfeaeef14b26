using Spectre.Console;

namespace CompressDsl.Tool.CommandLine;

/// <summary>A paragraph or a table of what a command shows.</summary>
internal abstract class ReportPart
{
    /// <summary>As plain text.</summary>
    internal abstract string ToText();

    /// <summary>On a terminal.</summary>
    internal abstract void Draw(IAnsiConsole console);
}

/// <summary>Lines of text.</summary>
internal sealed class TextPart(string text) : ReportPart
{
    /// <inheritdoc/>
    internal override string ToText() => text;

    /// <inheritdoc/>
    internal override void Draw(IAnsiConsole console) => console.WriteLine(text);
}
