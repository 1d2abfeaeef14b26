using System.Text;
using CompressDsl;
using Microsoft.ML.Tokenizers;

namespace Shared;

/// <summary>
/// The tokens of byte-pair encoding: over bytes, as GPT-2 and Llama 3 have it, or over characters with single bytes where one is unknown, as Llama 2.
/// </summary>
public sealed class BpeCodec : TokenCodec
{
    private readonly TextSplitter splitter;
    private readonly Dictionary<string, int> vocabulary;
    private readonly Dictionary<int, string> tokens;
    private readonly AddedTokens added;
    private readonly BpeTokenizer tokenizer;
    private readonly int[] beginning;
    private readonly bool takesWholeWords;
    private readonly bool fallsBackToBytes;
    private readonly bool staysWithinWords;

    internal BpeCodec(HuggingFaceConfig json, HuggingFaceConfig model)
    {
        model.Require("continuing_subword_prefix", "null", "\"\"");
        model.Require("end_of_word_suffix", "null", "\"\"");
        (takesWholeWords, fallsBackToBytes) = (model.Flag("ignore_merges"), model.Flag("byte_fallback"));
        splitter = new TextSplitter(json);
        vocabulary = TokenizerJson.Vocabulary(model);
        added = new AddedTokens(json);
        tokens = vocabulary.Concat(added.Ids).GroupBy(static token => token.Value).ToDictionary(static same => same.Key, static same => same.First().Key);
        tokenizer = BpeTokenizer.Create(new BpeOptions(vocabulary)
        {
            Merges = TokenizerJson.Merges(model),
            UnknownToken = model.Text("unk_token"),
            FuseUnknownTokens = model.Flag("fuse_unk"),
        });
        beginning = [.. Beginning(json)];

        // Where no token goes on over a space, words can be merged one by one: much faster, and the same.
        staysWithinWords = !splitter.IsByteLevel && !vocabulary.Keys.Any(static token => token.TrimStart(TextSplitter.Space).Contains(TextSplitter.Space));
    }

    public override int[] Encode(byte[] text, double from = 0) => [.. beginning, .. added.Encode(TokenizerJson.Cut(text, from), EncodePlain)];

    public override string Decode(IEnumerable<int> tokens)
    {
        var bytes = new List<byte>();
        foreach (var token in tokens.Where(this.tokens.ContainsKey).Select(token => this.tokens[token]))
        {
            if (added.Ids.ContainsKey(token))
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(token));
            }
            else if (splitter.IsByteLevel)
            {
                bytes.AddRange(ByteText.ToBytes(token));
            }
            else if (fallsBackToBytes && ByteText.TryParseToken(token, out var value))
            {
                bytes.Add(value);
            }
            else
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(token.Replace(TextSplitter.Space, ' ')));
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }

    /// <summary>What the post-processor sets before every text.</summary>
    private IEnumerable<int> Beginning(HuggingFaceConfig json)
    {
        var template = TokenizerJson.Steps(json, "post_processor", "processors").FirstOrDefault(static step => step.Text("type") == "TemplateProcessing");
        return template is null ? [] : TokenizerJson.List(template, "single")
            .TakeWhile(static item => item.TryGetProperty("SpecialToken", out _))
            .Select(item => new HuggingFaceConfig("tokenizer.json: \"SpecialToken\"", item.GetProperty("SpecialToken")).Text("id"))
            .Select(name => name is not null && (added.Ids.TryGetValue(name, out var id) || vocabulary.TryGetValue(name, out id))
                ? id
                : throw template.Wrong("single", "a list whose special tokens are in the vocabulary"));
    }

    private List<int> EncodePlain(string text, bool isFirst)
    {
        var ids = new List<int>();
        foreach (var piece in splitter.Pieces(text, isFirst))
        {
            var word = splitter.IsByteLevel ? ByteText.FromText(piece) : piece;
            if (takesWholeWords && vocabulary.TryGetValue(word, out var whole))
            {
                ids.Add(whole);
            }
            else if (staysWithinWords)
            {
                foreach (var part in Words(word))
                {
                    AppendKnown(ids, part);
                }
            }
            else
            {
                AppendKnown(ids, word);
            }
        }

        return ids;
    }

    private static IEnumerable<string> Words(string text)
    {
        var start = 0;
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] == TextSplitter.Space && text[i - 1] != TextSplitter.Space)
            {
                yield return text[start..i];
                start = i;
            }
        }

        yield return text[start..];
    }

    /// <summary>Merges between characters that the vocabulary has; another becomes its bytes, where the tokenizer has tokens for them.</summary>
    private void AppendKnown(List<int> ids, string word)
    {
        var (start, at) = (0, 0);
        foreach (var rune in word.EnumerateRunes())
        {
            var name = rune.ToString();
            if (fallsBackToBytes && !vocabulary.ContainsKey(name))
            {
                Merge(ids, word[start..at]);
                ids.AddRange(Encoding.UTF8.GetBytes(name).Select(ByteToken));
                start = at + name.Length;
            }

            at += name.Length;
        }

        Merge(ids, word[start..]);
    }

    private int ByteToken(byte value) => vocabulary.TryGetValue(ByteText.Token(value), out var token)
        ? token
        : throw new FormatException($"tokenizer.json: \"byte_fallback\" is true, but \"vocab\" has no {ByteText.Token(value)}.");

    private void Merge(List<int> ids, string word) =>
        ids.AddRange(tokenizer.EncodeToIds(word, considerPreTokenization: false, considerNormalization: false));
}
