using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The bytes of a contiguous tensor in host memory, in pieces that a span can hold.</summary>
internal static class TensorBytes
{
    private const long ChunkBytes = 1 << 28;

    internal delegate void Visitor(Span<byte> bytes, long offset);

    /// <summary>Calls <paramref name="visit"/> for every piece of the tensor's memory, in order, with the piece's offset in bytes.</summary>
    internal static void ForEachChunk(Tensor contiguous, Visitor visit)
    {
        var elements = contiguous.numel();
        var itemSize = contiguous.element_size();
        using var scope = NewDisposeScope();
        var flat = contiguous.view(-1);
        for (var start = 0L; start < elements;)
        {
            var length = Math.Min(elements - start, ChunkBytes / itemSize);
            visit(flat.narrow(0, start, length).bytes, start * itemSize);
            start += length;
        }
    }
}
