using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>The logits of the token that follows each row, from a model with a cache (<see cref="CachedLogits"/>) or without (<see cref="PrefixLogits"/>).</summary>
internal abstract class NextLogits(Device device) : IDisposable
{
    public Device Device => device;

    public abstract bool IsCached { get; }

    /// <param name="model">The model.</param>
    /// <param name="rows">How many rows there are at first.</param>
    /// <param name="longest">How many tokens a row may have.</param>
    /// <param name="useCache">Whether to, where the model can.</param>
    public static NextLogits Of(Module model, int rows, int longest, bool useCache)
    {
        var device = model.parameters().FirstOrDefault()?.device ?? CPU;
        var decoder = model as ICausalDecoder;
        if (decoder?.LongestSequence is { } most && longest > most)
        {
            throw new ArgumentException($"The longest prompt and MaxNewTokens make {longest} tokens; '{model.GetName()}' takes {most} at most.");
        }

        return (decoder, model) switch
        {
            (not null, _) when useCache => new CachedLogits(decoder, new KeyValueCache(rows, longest), device),
            (_, Module<Tensor, Tensor> plain) => new PrefixLogits(plain, device),
            _ => throw new ArgumentException(
                $"'{model.GetName()}' is neither a Module<Tensor, Tensor> from tokens to logits nor an ICausalDecoder that may use a cache: nobody knows how to call it.", nameof(model)),
        };
    }

    /// <summary>The logits of the token that follows each row, [rows, vocabulary], in float32, or float64 where they are.</summary>
    /// <param name="rows">The rows: those of the last call, in the order that <see cref="Reorder"/> made of them, each with a token more.</param>
    public Tensor After(IReadOnlyList<WrittenRow> rows)
    {
        int[] counts = [.. rows.Select(row => row.Tokens.Count - Known(row))];
        var width = counts.Max();
        var values = new long[rows.Count * width];
        for (var row = 0; row < rows.Count; row++)
        {
            // Rows that have less are filled up with their last token, which is one that the model knows; nobody looks at what comes of it.
            for (var place = 0; place < width; place++)
            {
                values[(row * width) + place] = rows[row].Tokens[^Math.Max(1, counts[row] - place)];
            }
        }

        var logits = Read(tensor(values, [rows.Count, width], ScalarType.Int64, device), counts);
        return Last(logits, rows.Count, counts, width);
    }

    /// <summary>Row i becomes what row <paramref name="rows"/>[i] was.</summary>
    public abstract void Reorder(long[] rows);

    public abstract void Dispose();

    /// <summary>How many tokens of a row were read already.</summary>
    protected abstract int Known(WrittenRow row);

    /// <returns>[batch, n, vocabulary], or [batch, 1, vocabulary] of the last position.</returns>
    protected abstract Tensor Read(Tensor tokens, int[] counts);

    private Tensor Last(Tensor logits, int batch, int[] counts, int width)
    {
        var isLast = logits.dim() == 3 && logits.shape[1] == 1 && counts.All(count => count == width);
        if (logits.dim() != 3 || logits.shape[0] != batch || !(logits.shape[1] == width || isLast) || !logits.is_floating_point())
        {
            throw new InvalidOperationException(
                $"For tokens [{batch}, {width}] the model gave {logits.dtype} [{string.Join(", ", logits.shape)}]; logits must be floating point [{batch}, {width}, vocabulary].");
        }

        if (logits.shape[1] == 1)
        {
            logits = logits.squeeze(1);
        }
        else if (counts.All(count => count == width))
        {
            logits = logits.select(1, width - 1);
        }
        else
        {
            var places = tensor(counts, ScalarType.Int64, device).view(-1, 1, 1) - 1;
            logits = logits.gather(1, places.expand(-1, -1, logits.shape[2])).squeeze(1);
        }

        return logits.dtype == ScalarType.Float64 ? logits : logits.to(ScalarType.Float32);
    }
}
