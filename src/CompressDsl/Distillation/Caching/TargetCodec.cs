using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Turns the teacher's logits over a sequence into the content of a record, and records into targets.</summary>
internal abstract class TargetCodec(TeacherCacheOptions options)
{
    // Positions whose distributions over all classes are in memory at a time.
    protected const int Slice = 64;

    // Positions and classes, before the rest.
    private const int StartSize = 8;

    protected TeacherCacheOptions Options { get; } = options;

    public static TargetCodec Of(TeacherCacheOptions options) => options.Contents == CacheContents.TopK ? new TopKCodec(options) : new SampledCodec(options);

    /// <summary>A whole record but for its header, which has its place in front.</summary>
    /// <param name="logits">[length, classes], no NaN.</param>
    /// <param name="key">The sequence's key.</param>
    public byte[] Encode(Tensor logits, InputKey key)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var stream = new MemoryStream();
        stream.Write(new byte[CacheRecord.HeaderSize]);
        stream.Write(MemoryMarshal.AsBytes<int>([(int)logits.shape[0], (int)logits.shape[1]]));
        EncodeBody(FeatureShapes.Widen(logits), key, stream);
        return stream.ToArray();
    }

    /// <summary>The targets of a batch, from its records with their headers.</summary>
    public CachedTargets Decode(IReadOnlyList<byte[]> records, long[] shape)
    {
        using var scope = NewDisposeScope();
        var starts = records.Select(static r => MemoryMarshal.Cast<byte, int>(r.AsSpan(CacheRecord.HeaderSize, StartSize)).ToArray()).ToArray();
        if (starts.FirstOrDefault(start => start[0] != shape[^1] || start[1] != starts[0][1]) is { } other)
        {
            throw new TeacherCacheException(
                $"A record holds {other[0]} positions over {other[1]} classes and was asked for as {shape[^1]} over {starts[0][1]}: the cache has answers of two teachers.");
        }

        return DecodeBodies([.. records.Select(static r => r.AsMemory(CacheRecord.HeaderSize + StartSize))], shape, starts[0][1]);
    }

    protected abstract void EncodeBody(Tensor logits, InputKey key, Stream stream);

    /// <summary>Moves the tensors of what it returns to the dispose scope around.</summary>
    protected abstract CachedTargets DecodeBodies(IReadOnlyList<ReadOnlyMemory<byte>> bodies, long[] shape, int classes);

    protected int ValueSize => Options.Storage == CacheStorage.Float16 ? 2 : 4;

    protected void WriteValues(Stream stream, ReadOnlySpan<float> values)
    {
        if (Options.Storage == CacheStorage.Float32)
        {
            stream.Write(MemoryMarshal.AsBytes(values));
            return;
        }

        var halves = new Half[values.Length];
        for (var i = 0; i < halves.Length; i++)
        {
            halves[i] = (Half)values[i];
        }

        stream.Write(MemoryMarshal.AsBytes(halves.AsSpan()));
    }

    protected void ReadValues(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        if (Options.Storage == CacheStorage.Float32)
        {
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(values);
            return;
        }

        var halves = MemoryMarshal.Cast<byte, Half>(bytes);
        for (var i = 0; i < halves.Length; i++)
        {
            // What half precision takes for nothing at all is the finite logarithm of nothing again.
            values[i] = Math.Max((float)halves[i], TopKDistribution.LogZero);
        }
    }
}
