using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Prompts with what was written after them, to learn from as a causal language model does. It owns its tensors.</summary>
/// <remarks>Labels are the tokens at their own place, not shifted: the loss holds the logits at t against the label at t + 1.</remarks>
public class GenerationBatch : IDisposable
{
    private GenerationBatch(Tensor tokens, Tensor labels, Tensor mask, IReadOnlyList<int> promptLengths, IReadOnlyList<int> lengths)
        => (Tokens, Labels, Mask, PromptLengths, Lengths) = (Own(tokens), Own(labels), Own(mask), promptLengths, lengths);

    /// <summary>The same, with tensors of its own.</summary>
    private protected GenerationBatch(GenerationBatch other)
        : this(other.Tokens.clone(), other.Labels.clone(), other.Mask.clone(), other.PromptLengths, other.Lengths)
    {
    }

    /// <summary>[batch, length], int64: prompt, what was written, padding.</summary>
    public Tensor Tokens { get; }

    /// <summary>[batch, length], int64: the written tokens, and <see cref="LogitRows.IgnoredLabel"/> (-100) at prompts and padding.</summary>
    public Tensor Labels { get; }

    /// <summary>[batch, length], bool: true at every token that is no padding.</summary>
    public Tensor Mask { get; }

    /// <summary>How many tokens the prompt of each row has.</summary>
    public IReadOnlyList<int> PromptLengths { get; }

    /// <summary>How many tokens each row has, prompt included.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>How many written tokens there are: what the loss is a mean over. Counted from the rows as they are, so after they were written.</summary>
    public long Count => Lengths.Zip(PromptLengths, static (all, prompt) => (long)all - prompt).Sum();

    /// <summary>A batch of rows, filled up at the right.</summary>
    /// <param name="rows">Of each the tokens, and how many of them, at least one, are the prompt.</param>
    /// <param name="padToken">What rows are filled up with, at least 0; a model reads it without consequence.</param>
    /// <param name="device">Where its tensors are; null: the CPU.</param>
    /// <exception cref="ArgumentException">There are no rows, or a prompt is empty or longer than its row.</exception>
    public static GenerationBatch Of(IReadOnlyList<(IReadOnlyList<long> Tokens, int PromptLength)> rows, long padToken = 0, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentOutOfRangeException.ThrowIfNegative(padToken);
        if (rows.Count == 0)
        {
            throw new ArgumentException("There are no rows; at least one is needed.", nameof(rows));
        }

        var length = rows.Max(static row => row.Tokens.Count);
        var (tokens, labels, mask) = (new long[rows.Count, length], new long[rows.Count, length], new bool[rows.Count, length]);
        for (var row = 0; row < rows.Count; row++)
        {
            var (all, prompt) = rows[row];
            if (prompt < 1 || prompt > all.Count)
            {
                throw new ArgumentException($"The prompt of row {row} has {prompt} tokens; of the row's {all.Count} at least 1 must be the prompt.", nameof(rows));
            }

            for (var place = 0; place < length; place++)
            {
                var isToken = place < all.Count;
                tokens[row, place] = isToken ? all[place] : padToken;
                labels[row, place] = isToken && place >= prompt ? all[place] : LogitRows.IgnoredLabel;
                mask[row, place] = isToken;
            }
        }

        using var scope = NewDisposeScope();
        return new(
            from_array(tokens).to(device ?? CPU),
            from_array(labels).to(device ?? CPU),
            from_array(mask).to(device ?? CPU),
            [.. rows.Select(static row => row.PromptLength)],
            [.. rows.Select(static row => row.Tokens.Count)]);
    }

    /// <summary>A batch of the data, in tensors that stay the caller's: in each row a prompt, the text after it, and padding at the right.</summary>
    /// <param name="tokens">[batch, length], int64 or int32.</param>
    /// <param name="promptLengths">How many tokens of each row are its prompt, at least 1.</param>
    /// <param name="mask">[batch, length], any type; 0 or false is padding. Null: none.</param>
    /// <exception cref="ArgumentException">Shapes do not fit, a prompt is empty or longer than its row, or a mask has padding that is not at the right.</exception>
    public static GenerationBatch Of(Tensor tokens, IReadOnlyList<int> promptLengths, Tensor? mask = null)
    {
        ArgumentNullException.ThrowIfNull(promptLengths);
        var rows = PromptRows.Of(tokens, mask);
        if (promptLengths.Count != rows.Count)
        {
            throw new ArgumentException($"There are {promptLengths.Count} prompt lengths for {rows.Count} rows.", nameof(promptLengths));
        }

        using var scope = NewDisposeScope();
        if (mask is not null && mask.narrow(1, 0, 1).eq(0).any().item<bool>())
        {
            throw new ArgumentException("The mask hides the first token of a row; padding must be at the right, where a causal model does not look.", nameof(mask));
        }

        return Of([.. rows.Zip(promptLengths)], device: tokens.device);
    }

    /// <summary>The prompts alone.</summary>
    internal IReadOnlyList<IReadOnlyList<long>> Prompts() => [.. PromptRows.Of(Tokens, null).Zip(PromptLengths, static (row, length) => (IReadOnlyList<long>)[.. row.Take(length)])];

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        Labels.Dispose();
        Mask.Dispose();
        GC.SuppressFinalize(this);
    }

    private static Tensor Own(Tensor tensor) => tensor.DetachFromDisposeScope();
}
