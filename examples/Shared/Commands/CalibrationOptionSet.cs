using System.CommandLine;
using CompressDsl;
using Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Shared;

/// <summary>The options that say against which text a model is pruned.</summary>
internal sealed class CalibrationOptionSet
{
    private readonly Option<FileInfo?> text = new("--calibration") { Description = "A text that the model is pruned against, a file in UTF-8." };
    private readonly Option<int> sequences = CommonOptions.Count("--sequences", "How many sequences of it.", 64);
    private readonly Option<int> length = CommonOptions.Count("--length", "Tokens of a sequence.", 256, atLeast: 4);
    private readonly Option<int> stride = CommonOptions.Count("--stride", "Tokens from the beginning of one sequence to that of the next.", 4096);

    internal IReadOnlyList<Option> All => [text, sequences, length, stride];

    /// <summary>Whether a text is named.</summary>
    internal bool HasData(ParseResult parsed) => parsed.GetValue(text) is not null;

    /// <summary>The sequences, in the current dispose scope; null where no text is named.</summary>
    /// <exception cref="ArgumentException">The text is too short, or a sequence too long for the model.</exception>
    internal Calibration? Read<TModel>(ParseResult parsed, OpenModel<TModel> open, Func<TokenCodec, IObjective> objective)
        where TModel : Module<Tensor, Tensor>, IHuggingFaceModel<TModel>
    {
        if (parsed.GetValue(text) is not { } file)
        {
            return null;
        }

        open.RequireLength("--length", parsed.GetValue(length));
        var goal = objective(open.Codec);
        var tokens = open.Codec.Encode(File.ReadAllBytes(file.FullName));
        return Calibration.Of(
            Sequences(goal, tokens, parsed.GetValue(sequences), parsed.GetValue(length), parsed.GetValue(stride)),
            batch => open.Model.call(batch),
            batch => Loss(goal, open.Model, batch));
    }

    private static Tensor[] Sequences(IObjective objective, int[] tokens, int count, int length, int stride)
    {
        var content = length - objective.Framing;
        var needed = ((long)(count - 1) * stride) + content;
        return needed <= tokens.Length
            ? [.. Enumerable.Range(0, count).Select(i => objective.Sequence(tokens.AsSpan(i * stride, content)))]
            : throw new ArgumentException(
                $"--calibration has {tokens.Length} tokens, but --sequences {count} of --length {length} at every --stride {stride} take {needed}; "
                + "lower one of them, or name a longer text.");
    }

    private static Tensor Loss(IObjective objective, Module<Tensor, Tensor> model, Tensor batch)
    {
        var (logits, targets) = objective.Predict(model, batch);
        return functional.cross_entropy(logits, targets);
    }
}
