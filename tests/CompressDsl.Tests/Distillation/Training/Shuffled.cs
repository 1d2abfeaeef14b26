using System.Collections;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Batches in an order that is drawn anew, with torch's generator, at every pass.</summary>
internal class Shuffled(int count, int size) : IEnumerable<TinyBatch>
{
    private readonly TinyBatch[] _batches = [.. Enumerable.Range(1, count).Select(seed => TinyBatch.Make(seed, size, 0.8))];

    /// <summary>How many batches were given, thrown away ones included.</summary>
    public int Given { get; private set; }

    public IEnumerator<TinyBatch> GetEnumerator()
    {
        long[] order;
        using (var drawn = randperm(_batches.Length, ScalarType.Int64))
        {
            order = drawn.data<long>().ToArray();
        }

        foreach (var index in order)
        {
            Given++;
            yield return _batches[index];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
