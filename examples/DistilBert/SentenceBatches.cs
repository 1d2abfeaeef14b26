using System.Collections;
using static TorchSharp.torch;

namespace DistilBert;

/// <summary>Sentences in an order of their own in every epoch, as tensors; a function of the seed.</summary>
public sealed class SentenceBatches(IReadOnlyList<Sentence> sentences, int seed) : IEnumerable<SentenceBatch>
{
    private int _epoch;

    /// <summary>Reads the sentences once, in a new order.</summary>
    public IEnumerator<SentenceBatch> GetEnumerator()
    {
        var order = Enumerable.Range(0, sentences.Count).ToArray();
        new Random((seed * 1000) + _epoch++).Shuffle(order);
        return order.Chunk(Settings.Batch).Where(static rows => rows.Length == Settings.Batch)
            .Select(rows => SentenceBatch.Of([.. rows.Select(row => sentences[row])])).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

/// <summary>Some sentences of the same padded length, as arrays: <see cref="Tensors"/> makes them tensors.</summary>
/// <param name="Tokens">The tokens, row by row.</param>
/// <param name="Mask">1 where there is a token, 0 where there is padding.</param>
/// <param name="Labels">The classes.</param>
public sealed record SentenceBatch(long[] Tokens, long[] Mask, long[] Labels)
{
    public static SentenceBatch Of(IReadOnlyList<Sentence> sentences)
    {
        var length = sentences.Max(static sentence => sentence.Tokens.Count);
        var (tokens, mask) = (new long[sentences.Count * length], new long[sentences.Count * length]);
        for (var row = 0; row < sentences.Count; row++)
        {
            for (var i = 0; i < sentences[row].Tokens.Count; i++)
            {
                (tokens[(row * length) + i], mask[(row * length) + i]) = (sentences[row].Tokens[i], 1);
            }
        }

        return new(tokens, mask, [.. sentences.Select(static sentence => (long)sentence.Label)]);
    }

    /// <summary>The tensors, in the dispose scope around the call.</summary>
    public (Tensor Tokens, Tensor Mask, Tensor Labels) Tensors()
    {
        long[] shape = [Labels.Length, Tokens.Length / Labels.Length];
        return (tensor(Tokens, shape), tensor(Mask, shape), tensor(Labels));
    }
}
