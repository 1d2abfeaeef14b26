using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// Classes int32 [length, k], most probable first, then for every temperature [length, k + 1] logarithms, the tail's last. They are computed as the
/// student's will be, by <see cref="TopKDistribution"/>, so that equal logits give equal numbers.
/// </summary>
internal sealed class TopKCodec(TeacherCacheOptions options) : TargetCodec(options)
{
    protected override void EncodeBody(Tensor logits, InputKey key, Stream stream)
    {
        if (Options.Count > logits.shape[1])
        {
            throw new ArgumentException($"The cache keeps the {Options.Count} most probable classes, and the teacher has {logits.shape[1]}.");
        }

        var indices = logits.topk(Options.Count, -1).indexes;
        stream.Write(MemoryMarshal.AsBytes(indices.to(ScalarType.Int32).cpu().contiguous().data<int>().ToArray().AsSpan()));
        foreach (var temperature in Options.Temperatures)
        {
            for (var start = 0L; start < logits.shape[0]; start += Slice)
            {
                using var scope = NewDisposeScope();
                var count = Math.Min(Slice, logits.shape[0] - start);
                var (part, classes) = (logits.narrow(0, start, count), indices.narrow(0, start, count));
                var places = new TopKDistribution(classes, zeros_like(classes, logits.dtype), zeros(count, logits.dtype, logits.device));
                var values = places.CategoriesOf(part, temperature).to(ScalarType.Float32).cpu().contiguous();
                WriteValues(stream, values.data<float>().ToArray());
            }
        }
    }

    protected override CachedTargets DecodeBodies(IReadOnlyList<ReadOnlyMemory<byte>> bodies, long[] shape, int classes)
    {
        var (k, length) = (Options.Count, (int)shape[^1]);
        var rows = length * bodies.Count;
        var ids = new int[rows * k];
        var values = Options.Temperatures.Select(_ => new float[rows * (k + 1)]).ToArray();
        var (idsSize, valuesSize) = (length * k * sizeof(int), length * (k + 1) * ValueSize);
        for (var i = 0; i < bodies.Count; i++)
        {
            var body = bodies[i].Span;
            MemoryMarshal.Cast<byte, int>(body[..idsSize]).CopyTo(ids.AsSpan(i * length * k));
            for (var t = 0; t < values.Length; t++)
            {
                ReadValues(body.Slice(idsSize + (t * valuesSize), valuesSize), values[t].AsSpan(i * length * (k + 1), length * (k + 1)));
            }
        }

        var indices = tensor(ids).reshape(rows, k).to(ScalarType.Int64).MoveToOuterDisposeScope();
        return new(Options, shape, classes, [.. values.Select(numbers => Distribution(indices, tensor(numbers).reshape(rows, k + 1)))], null);
    }

    private TopKDistribution Distribution(Tensor indices, Tensor categories)
    {
        if (Options.Storage == CacheStorage.Float16)
        {
            categories = categories.log_softmax(-1).clamp(min: TopKDistribution.LogZero);
        }

        var all = new TopKDistribution(indices, categories.narrow(1, 0, Options.Count), categories.select(1, Options.Count));
        all.LogProbabilities.MoveToOuterDisposeScope();
        all.LogTail.MoveToOuterDisposeScope();
        return all;
    }
}
