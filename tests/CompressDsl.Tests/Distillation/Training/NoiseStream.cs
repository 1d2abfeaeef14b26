using System.Buffers.Binary;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>A random stream that is not torch's, as a batch source of one's own may have.</summary>
internal sealed class NoiseStream : IHasState
{
    private ulong _state = 42;

    public Tensor Next(params long[] shape)
    {
        var values = new float[shape.Aggregate(1L, static (product, size) => product * size)];
        for (var i = 0; i < values.Length; i++)
        {
            _state = unchecked((_state * 6364136223846793005) + 1442695040888963407);
            values[i] = (_state >> 40) / 16777216f;
        }

        return tensor(values, shape).clone();
    }

    public void Save(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _state);
        stream.Write(bytes);
    }

    public void Restore(Stream stream)
    {
        Span<byte> bytes = stackalloc byte[8];
        stream.ReadExactly(bytes);
        _state = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
