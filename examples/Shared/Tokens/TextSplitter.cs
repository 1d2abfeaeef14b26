using System.Text;
using System.Text.RegularExpressions;
using CompressDsl;

namespace Shared;

/// <summary>The normalizers and pre-tokenizers of a BPE tokenizer.json: from text to the pieces within which tokens are merged.</summary>
/// <remarks>Patterns run in .NET's engine, over UTF-16: a letter outside of the basic plane counts as a symbol.</remarks>
internal sealed partial class TextSplitter
{
    /// <summary>What stands for a space where tokens are not bytes.</summary>
    internal const char Space = '\u2581';

    private readonly List<Func<string, bool, string>> rewrites = [];
    private readonly List<Func<string, bool, IEnumerable<string>>> splits = [];

    internal TextSplitter(HuggingFaceConfig json)
    {
        foreach (var step in TokenizerJson.Steps(json, "normalizer", "normalizers"))
        {
            rewrites.Add(Rewrite(step));
        }

        foreach (var step in TokenizerJson.Steps(json, "pre_tokenizer", "pretokenizers"))
        {
            splits.Add(Split(step));
        }
    }

    /// <summary>Whether the pieces are to be read as bytes, each written as a printable character.</summary>
    internal bool IsByteLevel { get; private set; }

    /// <param name="text">Text without added tokens.</param>
    /// <param name="isFirst">Whether it is the beginning of all the text.</param>
    internal IEnumerable<string> Pieces(string text, bool isFirst)
    {
        text = rewrites.Aggregate(text, (rewritten, rewrite) => rewrite(rewritten, isFirst));
        return splits.Aggregate(
            Enumerable.Repeat(text, text.Length == 0 ? 0 : 1),
            (pieces, split) => pieces.SelectMany((piece, i) => split(piece, isFirst && i == 0)));
    }

    private static Func<string, bool, string> Rewrite(HuggingFaceConfig step)
    {
        step.Require("type", "\"Prepend\"", "\"Replace\"", "\"NFC\"", "\"NFKC\"");
        switch (step.Text("type"))
        {
            case "Prepend":
                var prefix = step.Text("prepend");
                return (text, _) => text.Length == 0 ? text : prefix + text;
            case "Replace":
                var pattern = step.Section("pattern")?.Text("String") ?? throw step.Wrong("pattern", "an object with \"String\"");
                var content = step.Text("content") ?? "";
                return (text, _) => text.Replace(pattern, content, StringComparison.Ordinal);
            case "NFC":
                return static (text, _) => text.Normalize(NormalizationForm.FormC);
            default:
                return static (text, _) => text.Normalize(NormalizationForm.FormKC);
        }
    }

    private Func<string, bool, IEnumerable<string>> Split(HuggingFaceConfig step)
    {
        step.Require("type", "\"ByteLevel\"", "\"Split\"", "\"Digits\"", "\"Metaspace\"");
        switch (step.Text("type"))
        {
            case "ByteLevel":
                IsByteLevel = true;
                var hasPattern = step.Flag("use_regex", otherwise: true);
                var addsSpace = step.Flag("add_prefix_space", otherwise: true);
                return (piece, _) =>
                {
                    piece = addsSpace && !piece.StartsWith(' ') ? " " + piece : piece;
                    return hasPattern ? Isolate(Gpt2(), piece) : [piece];
                };
            case "Digits":
                var digits = step.Flag("individual_digits") ? Digit() : Digits();
                return (piece, _) => Isolate(digits, piece);
            case "Metaspace":
                step.Require("replacement", $"\"{Space}\"", "\"\\u2581\"");
                return Metaspace(
                    step.Text("prepend_scheme") ?? (step.Flag("add_prefix_space", otherwise: true) ? "always" : "never"),
                    step.Flag("split", otherwise: true));
            default:
                step.Require("behavior", "\"Isolated\"", "\"Removed\"");
                step.Require("invert", step.Text("behavior") == "Removed" ? "true" : "false");
                var pattern = step.Section("pattern") ?? throw step.Wrong("pattern", "an object with \"Regex\" or \"String\"");
                var regex = new Regex(
                    pattern.Text("Regex") ?? Regex.Escape(pattern.Text("String") ?? throw step.Wrong("pattern", "an object with \"Regex\" or \"String\"")),
                    RegexOptions.CultureInvariant);
                return step.Text("behavior") == "Isolated"
                    ? (piece, _) => Isolate(regex, piece)
                    : (piece, _) => regex.Matches(piece).Select(static match => match.Value).Where(static match => match.Length > 0);
        }
    }

    private static Func<string, bool, IEnumerable<string>> Metaspace(string prepend, bool splits) => (piece, isFirst) =>
    {
        piece = piece.Replace(' ', Space);
        if ((prepend == "always" || (prepend == "first" && isFirst)) && !piece.StartsWith(Space))
        {
            piece = Space + piece;
        }

        return splits ? Isolate(Spaced(), piece) : [piece];
    };

    /// <summary>The matches, and what is between them.</summary>
    private static IEnumerable<string> Isolate(Regex regex, string text)
    {
        var at = 0;
        foreach (Match match in regex.Matches(text))
        {
            if (match.Index > at)
            {
                yield return text[at..match.Index];
            }

            if (match.Length > 0)
            {
                yield return match.Value;
            }

            at = match.Index + match.Length;
        }

        if (at < text.Length)
        {
            yield return text[at..];
        }
    }

    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Gpt2();

    [GeneratedRegex(@"\p{N}")]
    private static partial Regex Digit();

    [GeneratedRegex(@"\p{N}+")]
    private static partial Regex Digits();

    [GeneratedRegex("\u2581[^\u2581]*")]
    private static partial Regex Spaced();
}
