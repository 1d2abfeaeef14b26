using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Documentation;

/// <summary>Takes the prose out of a compiler's XML documentation file.</summary>
public static class XmlDocumentation
{
    /// <summary>
    /// One line for each summary, remark, parameter, return value and exception of each member, in the file's order. References become the short name of what
    /// they point at, white space collapses, code samples are left out.
    /// </summary>
    /// <exception cref="InvalidDataException">The file is not well-formed XML.</exception>
    public static IEnumerable<string> ReadLines(string path)
    {
        XDocument document;
        try
        {
            document = XDocument.Load(path, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"'{path}' is not a documentation file: {e.Message}", e);
        }

        return document.Descendants("member").Elements().Select(Prose).Where(line => line.Length > 0);
    }

    private static string Prose(XElement element)
    {
        var text = new StringBuilder();
        Append(text, element);
        return string.Join(' ', text.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private static void Append(StringBuilder text, XElement element)
    {
        foreach (var node in element.Nodes())
        {
            switch (node)
            {
                case XText plain:
                    text.Append(plain.Value);
                    break;
                case XElement { Name.LocalName: "code" }:
                    break;
                case XElement { Name.LocalName: "para" or "p" or "item" or "term" or "description" or "li" or "br" } block:
                    text.Append(' ');
                    Append(text, block);
                    text.Append(' ');
                    break;
                case XElement { IsEmpty: true } reference:
                    text.Append(NameOf(reference));
                    break;
                case XElement inline:
                    Append(text, inline);
                    break;
            }
        }
    }

    /// <summary>What an empty element stands for: <c>T:System.Collections.Generic.List`1</c> is "List", <c>M:System.String.Copy(System.String)</c> is "Copy".</summary>
    private static string NameOf(XElement reference)
    {
        var target = (string?)reference.Attribute("cref") ?? (string?)reference.Attribute("uid");
        if (target is null)
        {
            return (string?)reference.Attribute("langword") ?? (string?)reference.Attribute("name") ?? (string?)reference.Attribute("href") ?? "";
        }

        var end = target.AsSpan().IndexOfAny("(?");
        var name = end < 0 ? target : target[..end];
        if (name.EndsWith(".#ctor", StringComparison.Ordinal))
        {
            name = name[..^".#ctor".Length];
        }

        name = name[(name.LastIndexOfAny(['.', ':']) + 1)..];
        var arity = name.IndexOf('`');
        return arity < 0 ? name : name[..arity];
    }
}
