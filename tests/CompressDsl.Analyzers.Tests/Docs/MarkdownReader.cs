using System.Text.RegularExpressions;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Finds the fenced blocks of a markdown page.</summary>
internal static partial class MarkdownReader
{
    /// <summary>All fenced blocks, of whatever language, from top to bottom.</summary>
    /// <param name="page">The name of the page.</param>
    /// <param name="markdown">Its text.</param>
    /// <exception cref="FormatException">A fence has no end, or says of a C# block what is not known.</exception>
    public static IReadOnlyList<CodeBlock> Read(string page, string markdown)
    {
        var blocks = new List<CodeBlock>();
        var lines = markdown.ReplaceLineEndings("\n").Split('\n');
        var section = "";

        for (var i = 0; i < lines.Length; i++)
        {
            if (Heading().Match(lines[i]) is { Success: true } heading)
            {
                section = heading.Groups[1].Value;
            }
            else if (Fence().Match(lines[i]) is { Success: true } fence)
            {
                var start = i + 1;
                while (++i < lines.Length && !Closes(fence.Groups["fence"].Value, lines[i]))
                {
                }

                if (i == lines.Length)
                {
                    throw new FormatException($"{page}({start}): the fence has no end.");
                }

                var text = string.Join('\n', lines[start..i].Select(line => Unindent(line, fence.Groups["indent"].Length)));
                blocks.Add(Describe(new CodeBlock(page, Number: 0, start + 1, section, Language: "", text), fence.Groups["info"].Value, blocks));
            }
        }

        return blocks;
    }

    private static CodeBlock Describe(CodeBlock block, string info, List<CodeBlock> before)
    {
        var words = info.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var language = words.FirstOrDefault("");
        var sameLanguage = before.Where(other => other.Language == language).ToArray();
        block = block with { Language = language, Number = sameLanguage.Length + 1 };
        if (language != CodeBlock.CSharp)
        {
            return block;
        }

        return words[1..] switch
        {
            [] => block,
            ["in", var context] => block with { Context = context },
            ["continues"] when sameLanguage is [.., var last] => block with { Continued = last },
            ["continues", "in", var context] when sameLanguage is [.., var last] => block with { Continued = last, Context = context },
            _ => throw new FormatException(
                $"{block.Page}({block.Line - 1}): '{info}' is not '{CodeBlock.CSharp} [continues] [in CONTEXT]', where 'continues' needs a C# block above it."),
        };
    }

    private static bool Closes(string fence, string line) => line.Trim() is var text && text.Length >= fence.Length && text.All(mark => mark == fence[0]);

    private static string Unindent(string line, int indent) => line[Math.Min(indent, line.Length - line.TrimStart(' ').Length)..];

    [GeneratedRegex("^#{1,6} +(.*?) *#*$")]
    private static partial Regex Heading();

    [GeneratedRegex("^(?<indent> *)(?<fence>`{3,}|~{3,})(?<info>[^`]*)$")]
    private static partial Regex Fence();
}
