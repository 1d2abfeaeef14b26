using System.Text;
using System.Text.Json;
using CompressDsl;

namespace Shared;

/// <summary>Reads the parts of a tokenizer.json that Microsoft.ML.Tokenizers, which cannot read the file itself, is made from.</summary>
internal static class TokenizerJson
{
    /// <summary>The text from a fraction of its characters on; never in the middle of one.</summary>
    internal static string Cut(byte[] utf8, double from)
    {
        var text = Encoding.UTF8.GetString(utf8);
        var start = (int)Math.Floor(from * text.Length);
        return text[(start > 0 && char.IsLowSurrogate(text[start]) ? start - 1 : start)..];
    }

    /// <summary>The vocabulary of a model, by token.</summary>
    internal static Dictionary<string, int> Vocabulary(HuggingFaceConfig model)
    {
        var tokens = model.Section("vocab") ?? throw model.Wrong("vocab", "an object from tokens to numbers");
        return tokens.Json.EnumerateObject().ToDictionary(
            static token => token.Name,
            token => token.Value.ValueKind == JsonValueKind.Number && token.Value.TryGetInt32(out var id) && id >= 0
                ? id
                : throw tokens.Wrong(token.Name, "a whole number of at least 0"),
            StringComparer.Ordinal);
    }

    /// <summary>The vocabulary of a model in the order of its numbers, which must be 0, 1, 2 and so on.</summary>
    internal static IEnumerable<string> InOrder(HuggingFaceConfig model)
    {
        var tokens = Vocabulary(model).OrderBy(static token => token.Value).ToArray();
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Value != i)
            {
                throw new FormatException(
                    $"The vocabulary in tokenizer.json has '{tokens[i].Key}' as token {tokens[i].Value}, but none as {i}; it must have no hole.");
            }
        }

        return tokens.Select(static token => token.Key);
    }

    /// <summary>The merges of a BPE model, first ones first; written as <c>"a b"</c> or <c>["a", "b"]</c>.</summary>
    internal static IEnumerable<string> Merges(HuggingFaceConfig model) => List(model, "merges").Select(merge => merge switch
    {
        { ValueKind: JsonValueKind.String } => merge.GetString()!,
        { ValueKind: JsonValueKind.Array } when merge.GetArrayLength() == 2 => $"{merge[0].GetString()} {merge[1].GetString()}",
        _ => throw model.Wrong("merges", "a list of pairs of tokens"),
    }).Distinct(StringComparer.Ordinal);

    /// <summary>A normalizer, pre-tokenizer or post-processor as the list of its steps.</summary>
    internal static IEnumerable<HuggingFaceConfig> Steps(HuggingFaceConfig json, string key, string inSequence) => json.Section(key) switch
    {
        null => [],
        var part when part.Text("type") == "Sequence" => List(part, inSequence).Select(step => new HuggingFaceConfig($"tokenizer.json: \"{key}\"", step)),
        var part => [part],
    };

    /// <summary>The items of a list; none where the key has no value.</summary>
    internal static IEnumerable<JsonElement> List(HuggingFaceConfig json, string key) => !json.Has(key) ? [] :
        json.Json.GetProperty(key) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : throw json.Wrong(key, "a list");
}
