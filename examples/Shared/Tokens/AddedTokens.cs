using System.Text.RegularExpressions;
using CompressDsl;

namespace Shared;

/// <summary>The tokens of a tokenizer.json that are found in a text before anything else, such as <c>&lt;|endoftext|&gt;</c> and <c>[MASK]</c>.</summary>
internal sealed class AddedTokens
{
    private readonly Regex? pattern;

    internal AddedTokens(HuggingFaceConfig json)
    {
        HuggingFaceConfig[] tokens = [.. TokenizerJson.List(json, "added_tokens")
            .Select(static token => new HuggingFaceConfig("tokenizer.json: \"added_tokens\"", token))];
        Ids = tokens.ToDictionary(Content, static token => token.Integer("id", atLeast: 0), StringComparer.Ordinal);
        pattern = tokens is [] ? null : new Regex(string.Join('|', tokens.OrderByDescending(static token => Content(token).Length).Select(Pattern)));
    }

    /// <summary>Their numbers.</summary>
    internal IReadOnlyDictionary<string, int> Ids { get; }

    /// <summary>A text as tokens, with those of what is between the added ones from elsewhere.</summary>
    /// <param name="text">The text.</param>
    /// <param name="encode">Encodes text without added tokens; told whether it is the beginning of all.</param>
    internal IEnumerable<int> Encode(string text, Func<string, bool, IEnumerable<int>> encode)
    {
        var at = 0;
        foreach (var match in pattern?.Matches(text) ?? Enumerable.Empty<Match>())
        {
            foreach (var token in encode(text[at..match.Index], at == 0))
            {
                yield return token;
            }

            yield return Ids[match.Groups["token"].Value];
            at = match.Index + match.Length;
        }

        foreach (var token in encode(text[at..], at == 0))
        {
            yield return token;
        }
    }

    private static string Content(HuggingFaceConfig token) =>
        token.Text("content") is { Length: > 0 } content ? content : throw token.Wrong("content", "a text");

    /// <summary>A token takes white space beside it along where it says so.</summary>
    private static string Pattern(HuggingFaceConfig token)
    {
        var content = $"(?<token>{Regex.Escape(Content(token))})";
        content = token.Flag("single_word") ? $@"(?<!\w){content}(?!\w)" : content;
        return $"{(token.Flag("lstrip") ? @"\s*" : "")}{content}{(token.Flag("rstrip") ? @"\s*" : "")}";
    }
}
