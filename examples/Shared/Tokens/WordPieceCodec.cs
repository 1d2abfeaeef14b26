using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CompressDsl;
using Microsoft.ML.Tokenizers;

namespace Shared;

/// <summary>The tokens of BERT: the longest known piece of a word, again and again.</summary>
/// <remarks>
/// Text is normalised and cut into words here: the library's own way drops line ends and symbols, which BERT's does not. Letters outside of the basic
/// plane are not normalised.
/// </remarks>
public sealed partial class WordPieceCodec : TokenCodec
{
    private readonly WordPieceTokenizer tokenizer;
    private readonly AddedTokens added;
    private readonly Dictionary<string, int> vocabulary;
    private readonly bool cleans;
    private readonly bool separatesChinese;
    private readonly bool stripsAccents;
    private readonly bool lowers;

    internal WordPieceCodec(HuggingFaceConfig json, HuggingFaceConfig model)
    {
        model.Require("continuing_subword_prefix", "\"##\"", "null");
        (json.Section("pre_tokenizer") ?? throw json.Wrong("pre_tokenizer", "a BertPreTokenizer")).Require("type", "\"BertPreTokenizer\"");
        var normalizer = json.Section("normalizer") ?? throw json.Wrong("normalizer", "a BertNormalizer");
        normalizer.Require("type", "\"BertNormalizer\"");
        lowers = normalizer.Flag("lowercase", otherwise: true);
        (cleans, separatesChinese) = (normalizer.Flag("clean_text", otherwise: true), normalizer.Flag("handle_chinese_chars", otherwise: true));
        stripsAccents = normalizer.Flag("strip_accents", otherwise: lowers);
        added = new AddedTokens(json);
        vocabulary = TokenizerJson.Vocabulary(model);
        using var lines = new MemoryStream(Encoding.UTF8.GetBytes(string.Join('\n', TokenizerJson.InOrder(model))));
        tokenizer = WordPieceTokenizer.Create(lines, new WordPieceOptions
        {
            UnknownToken = model.Text("unk_token") ?? "[UNK]",
            MaxInputCharsPerWord = model.Integer("max_input_chars_per_word", otherwise: 100),
        });
    }

    public override int? Mask => Special("[MASK]");

    public override (int First, int Last)? Frame => (Special("[CLS]"), Special("[SEP]"));

    public override int[] Encode(byte[] text, double from = 0) =>
    [
        .. added.Encode(TokenizerJson.Cut(text, from), (plain, _) => Words().Matches(Normalize(plain))
            .SelectMany(word => tokenizer.EncodeToIds(word.Value, considerPreTokenization: false, considerNormalization: false))),
    ];

    public override string Decode(IEnumerable<int> tokens) => tokenizer.Decode(tokens);

    private int Special(string token) => vocabulary.TryGetValue(token, out var id) ? id
        : throw new FormatException($"tokenizer.json: \"vocab\" has no \"{token}\", which a masked language model needs.");

    private string Normalize(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var character in cleans ? text.Where(static character => !IsControl(character)) : text)
        {
            _ = separatesChinese && Chinese().IsMatch([character]) ? result.Append(' ').Append(character).Append(' ') : result.Append(character);
        }

        text = stripsAccents
            ? string.Concat(result.ToString().Normalize(NormalizationForm.FormD)
                .Where(static character => CharUnicodeInfo.GetUnicodeCategory(character) != UnicodeCategory.NonSpacingMark))
            : result.ToString();
        return lowers ? text.ToLowerInvariant() : text;
    }

    private static bool IsControl(char character) =>
        character is not ('\t' or '\n' or '\r')
        && (character == '\uFFFD' || CharUnicodeInfo.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format
            or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);

    // The symbols of ASCII stand alone, as punctuation does; others are part of a word.
    [GeneratedRegex(@"[!-/:-@\[-`{-~\p{P}]|[^\s!-/:-@\[-`{-~\p{P}]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"[\u3400-\u4DBF\u4E00-\u9FFF\uF900-\uFAFF]")]
    private static partial Regex Chinese();
}
