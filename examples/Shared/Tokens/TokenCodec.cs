using CompressDsl;

namespace Shared;

/// <summary>Text as the tokens of one model.</summary>
public abstract class TokenCodec
{
    private const string FileName = "tokenizer.json";

    /// <summary>The token that hides another from a masked language model; null where there is none.</summary>
    public virtual int? Mask => null;

    /// <summary>What stands before and after the tokens of one sequence of a masked language model.</summary>
    public virtual (int First, int Last)? Frame => null;

    /// <summary>That of a folder: its tokenizer.json; without one, and with a vocabulary of 256, a token is a byte.</summary>
    /// <exception cref="FormatException">There is neither, or the tokenizer is of a kind that is not known here.</exception>
    public static TokenCodec Of(HuggingFaceFolder folder, int vocabularySize)
    {
        var path = Path.Combine(folder.Path, FileName);
        if (File.Exists(path))
        {
            var json = HuggingFaceConfig.Read(path);
            var model = json.Section("model") ?? throw json.Wrong("model", "an object");
            model.Require("type", "\"BPE\"", "\"WordPiece\"");
            return model.Text("type") == "BPE" ? new BpeCodec(json, model) : new WordPieceCodec(json, model);
        }

        return vocabularySize == ByteCodec.Size ? new ByteCodec() : throw new FormatException(
            $"'{folder.Path}' has no {FileName}, and its vocabulary has {vocabularySize} tokens; only one of {ByteCodec.Size} can do without: "
            + "there a token is a byte.");
    }

    /// <summary>The tokens of the last part of a text.</summary>
    /// <param name="text">The bytes of a text file, UTF-8 unless a token is a byte.</param>
    /// <param name="from">Where the part begins, as a fraction of the text, in [0, 1).</param>
    public abstract int[] Encode(byte[] text, double from = 0);

    /// <summary>The text of tokens; what is not whole UTF-8 becomes U+FFFD.</summary>
    public abstract string Decode(IEnumerable<int> tokens);
}
