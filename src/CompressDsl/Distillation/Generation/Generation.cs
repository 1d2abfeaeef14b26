using System.Globalization;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What a model wrote: prompts and what follows them, filled up at the right to one length. It owns its tensors.</summary>
/// <remarks>
/// Padding is at the right, where a causal model does not look: so the rows can be read by a model that knows no mask, with positions from 0.
/// </remarks>
public sealed class Generation : IDisposable
{
    private readonly IReadOnlyList<WrittenRow> rows;

    internal Generation(IReadOnlyList<WrittenRow> rows, long padToken, bool isCached, TimeSpan elapsed, Device device)
    {
        this.rows = rows;
        (PadToken, Cached, Elapsed) = (padToken, isCached, elapsed);
        var length = rows.Max(static row => row.Tokens.Count);
        using var scope = NewDisposeScope();
        Tokens = Filled(row => row.Tokens, padToken).to(device).DetachFromDisposeScope();
        Mask = Filled(static row => Enumerable.Repeat(true, row.Tokens.Count), false).to(device).DetachFromDisposeScope();
        LogProbabilities = Filled(static row => [.. Enumerable.Repeat(0f, row.PromptLength), .. row.LogProbabilities.Select(static p => (float)p)], 0f)
            .to(device).DetachFromDisposeScope();

        Tensor Filled<T>(Func<WrittenRow, IEnumerable<T>> values, T padding)
            where T : unmanaged
        {
            var all = new T[rows.Count, length];
            for (var row = 0; row < rows.Count; row++)
            {
                var place = 0;
                foreach (var value in values(rows[row]).Concat(Enumerable.Repeat(padding, length - rows[row].Tokens.Count)))
                {
                    all[row, place++] = value;
                }
            }

            return from_array(all);
        }
    }

    /// <summary>[batch, length], int64: the prompt, what was written, with the token that ended it, and then the pad token.</summary>
    public Tensor Tokens { get; }

    /// <summary>[batch, length], bool: true where there is a token of the prompt or a written one.</summary>
    public Tensor Mask { get; }

    /// <summary>
    /// [batch, length], float32: ln of the probability that the model gave each written token, at temperature 1 over its whole vocabulary, however it was chosen; 0
    /// at prompts and padding.
    /// </summary>
    public Tensor LogProbabilities { get; }

    /// <summary>What the rows are filled up with.</summary>
    public long PadToken { get; }

    /// <summary>How many rows there are.</summary>
    public int Batch => rows.Count;

    /// <summary>How many tokens the prompt of each row has.</summary>
    public IReadOnlyList<int> PromptLengths => [.. rows.Select(static row => row.PromptLength)];

    /// <summary>How many tokens of each row were written, counted when all were.</summary>
    public IReadOnlyList<int> WrittenLengths => [.. rows.Select(static row => row.Written)];

    /// <summary>Of each row, whether a token of <see cref="GenerationOptions.EndOfText"/> ended it; if not, it is as long as was allowed.</summary>
    public IReadOnlyList<bool> Ended => [.. rows.Select(static row => row.IsEnded)];

    /// <summary>Of each row, the mean of ln p over what was written.</summary>
    public IReadOnlyList<double> MeanLogProbabilities => [.. rows.Select(static row => row.Sum / row.Written)];

    /// <summary>How many tokens were written in all rows.</summary>
    public long TokensWritten => rows.Sum(static row => (long)row.Written);

    /// <summary>The time that it took, prompts included.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Written tokens a second, of all rows together.</summary>
    public double TokensPerSecond => TokensWritten / Elapsed.TotalSeconds;

    /// <summary>Whether a <see cref="KeyValueCache"/> was used. If not, everything was run from the first token on at each token: the time grows with the square of the length.</summary>
    public bool Cached { get; }

    /// <summary>What was written in a row, without its prompt.</summary>
    /// <param name="row">In [0, <see cref="Batch"/>).</param>
    public IReadOnlyList<long> Written(int row) => [.. rows[row].Tokens.Skip(rows[row].PromptLength)];

    /// <summary>A batch to learn from: the written tokens are the labels.</summary>
    /// <returns>With tensors of its own.</returns>
    public GenerationBatch ToBatch() => GenerationBatch.Of([.. rows.Select(static row => (row.Tokens, row.PromptLength))], PadToken, Tokens.device);

    /// <summary>What was done, in a line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{TokensWritten} tokens in {Batch} rows, {Elapsed.TotalSeconds:0.00} s, {TokensPerSecond:0.0} tokens/s, {(Cached ? "with a key/value cache" : "without a cache: every token re-ran its prefix")}");

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokens.Dispose();
        Mask.Dispose();
        LogProbabilities.Dispose();
    }
}
