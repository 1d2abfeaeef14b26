using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// For every temperature: how many different classes were drawn at each position (uint16), then of all positions in a row the classes (int32), how
/// often each came (uint16), and the logarithms of their probabilities.
/// </summary>
internal sealed class SampledCodec(TeacherCacheOptions options) : TargetCodec(options)
{
    protected override void EncodeBody(Tensor logits, InputKey key, Stream stream)
    {
        using var random = new Generator(key.Seed(Options.Seed), logits.device);
        foreach (var temperature in Options.Temperatures)
        {
            var draws = new Draws();
            for (var start = 0L; start < logits.shape[0]; start += Slice)
            {
                using var scope = NewDisposeScope();
                var part = logits.narrow(0, start, Math.Min(Slice, logits.shape[0] - start));
                var all = SampledDistribution.LogProbabilitiesOf(part, temperature);
                var drawn = all.exp().multinomial(Options.Count, replacement: true, generator: random);
                var values = all.gather(1, drawn).to(ScalarType.Float32);
                draws.Add(drawn.cpu().contiguous().data<long>().ToArray(), values.cpu().contiguous().data<float>().ToArray(), Options.Count);
            }

            stream.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(draws.Lengths)));
            stream.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(draws.Classes)));
            stream.Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(draws.Counts)));
            WriteValues(stream, CollectionsMarshal.AsSpan(draws.Values));
        }
    }

    protected override CachedTargets DecodeBodies(IReadOnlyList<ReadOnlyMemory<byte>> bodies, long[] shape, int classes)
    {
        var length = (int)shape[^1];
        var positions = new int[bodies.Count];
        var sampled = new SampledDistribution[Options.Temperatures.Count];
        for (var t = 0; t < sampled.Length; t++)
        {
            var draws = bodies.Select((body, i) => Read(body.Span, length, ref positions[i])).ToArray();
            sampled[t] = Pad(draws, length);
        }

        return new(Options, shape, classes, null, sampled);
    }

    private Draws Read(ReadOnlySpan<byte> body, int length, ref int at)
    {
        var draws = new Draws();
        draws.Lengths.AddRange(MemoryMarshal.Cast<byte, ushort>(Take(body, length * sizeof(ushort), ref at)));
        var count = draws.Lengths.Sum(static n => n);
        draws.Classes.AddRange(MemoryMarshal.Cast<byte, int>(Take(body, count * sizeof(int), ref at)));
        draws.Counts.AddRange(MemoryMarshal.Cast<byte, ushort>(Take(body, count * sizeof(ushort), ref at)));
        CollectionsMarshal.SetCount(draws.Values, count);
        ReadValues(Take(body, count * ValueSize, ref at), CollectionsMarshal.AsSpan(draws.Values));
        return draws;

        static ReadOnlySpan<byte> Take(ReadOnlySpan<byte> body, int size, ref int at)
        {
            var part = body.Slice(at, size);
            at += size;
            return part;
        }
    }

    /// <summary>All rows as long as the longest.</summary>
    private SampledDistribution Pad(Draws[] records, int length)
    {
        var width = Math.Max(1, records.SelectMany(static draws => draws.Lengths).Select(static n => (int)n).DefaultIfEmpty().Max());
        var rows = records.Length * length;
        var (classes, weights, values) = (new long[rows * width], new float[rows * width], new float[rows * width]);
        var row = 0;
        foreach (var draws in records)
        {
            var from = 0;
            foreach (var count in draws.Lengths)
            {
                for (var i = 0; i < count; i++, from++)
                {
                    var to = (row * width) + i;
                    (classes[to], weights[to], values[to]) = (draws.Classes[from], (float)draws.Counts[from] / Options.Count, draws.Values[from]);
                }

                row++;
            }
        }

        return new(Tensor(classes), Tensor(weights), Tensor(values));

        Tensor Tensor<T>(T[] numbers) => (numbers is long[] l ? tensor(l) : tensor((float[])(object)numbers)).reshape(rows, width).MoveToOuterDisposeScope();
    }

    /// <summary>What was drawn, one position after the other.</summary>
    private sealed class Draws
    {
        public List<ushort> Lengths { get; } = [];

        public List<int> Classes { get; } = [];

        public List<ushort> Counts { get; } = [];

        public List<float> Values { get; } = [];

        /// <summary>Adds rows of draws [rows, n]: equal classes become one, with a count.</summary>
        public void Add(long[] classes, float[] values, int n)
        {
            for (var start = 0; start < classes.Length; start += n)
            {
                Array.Sort(classes, values, start, n);
                var before = Classes.Count;
                for (var i = start; i < start + n; i++)
                {
                    if (i > start && classes[i] == classes[i - 1])
                    {
                        Counts[^1]++;
                        continue;
                    }

                    Classes.Add((int)classes[i]);
                    Counts.Add(1);
                    Values.Add(values[i]);
                }

                Lengths.Add((ushort)(Classes.Count - before));
            }
        }
    }
}
