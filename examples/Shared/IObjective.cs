using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Shared;

/// <summary>What a language model is asked to predict.</summary>
public interface IObjective
{
    /// <summary>How many tokens of a sequence do not come from the text.</summary>
    int Framing { get; }

    /// <summary>How many tokens of the text beyond a window are targets of it.</summary>
    int Ahead { get; }

    /// <summary>A sequence of the model, from tokens of a text.</summary>
    /// <returns>[1, tokens + <see cref="Framing"/>]</returns>
    Tensor Sequence(ReadOnlySpan<int> tokens);

    /// <summary>Calls the model on a sequence with something left to predict.</summary>
    /// <param name="model">From tokens [1, position] to logits [1, position, vocabulary].</param>
    /// <param name="sequence">As <see cref="Sequence"/> makes it.</param>
    /// <param name="index">Which sequence it is of a text.</param>
    /// <returns>[predicted, vocabulary] and [predicted]</returns>
    (Tensor Logits, Tensor Targets) Predict(Module<Tensor, Tensor> model, Tensor sequence, int index = 0);
}

/// <summary>The token that follows.</summary>
public sealed class NextToken : IObjective
{
    public int Framing => 0;

    public int Ahead => 1;

    public Tensor Sequence(ReadOnlySpan<int> tokens) => tensor(tokens.ToArray(), dtype: ScalarType.Int64).unsqueeze(0);

    public (Tensor Logits, Tensor Targets) Predict(Module<Tensor, Tensor> model, Tensor sequence, int index = 0)
    {
        var length = sequence.shape[1] - 1;
        return (model.call(sequence.narrow(1, 0, length)).squeeze(0), sequence.narrow(1, 1, length).squeeze(0));
    }
}

/// <summary>
/// The tokens behind a mask: every seventh (14.3%; BERT was trained with 15%), from another one on in every sequence. Nothing is random.
/// </summary>
public sealed class MaskedTokens(TokenCodec codec) : IObjective
{
    private const int Every = 7;

    private readonly int mask = codec.Mask ?? throw new FormatException("The folder's tokenizer has no mask token, which a masked language model needs.");
    private readonly (int First, int Last) frame = codec.Frame!.Value;

    public int Framing => 2;

    public int Ahead => 0;

    public Tensor Sequence(ReadOnlySpan<int> tokens) => tensor([frame.First, .. tokens, frame.Last], dtype: ScalarType.Int64).unsqueeze(0);

    public (Tensor Logits, Tensor Targets) Predict(Module<Tensor, Tensor> model, Tensor sequence, int index = 0)
    {
        var content = Enumerable.Range(0, (int)sequence.shape[1] - Framing);
        using var places = tensor(content.Where(i => i % Every == index % Every).Select(static i => i + 1L).ToArray());
        var logits = model.call(sequence.index_fill(1, places, mask)).squeeze(0);
        return (logits.index_select(0, places), sequence.squeeze(0).index_select(0, places));
    }
}
