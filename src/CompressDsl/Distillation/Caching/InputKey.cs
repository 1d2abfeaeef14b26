using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What a sequence is found by in a cache: the SHA-256 hash of its tokens and its mask.</summary>
internal readonly record struct InputKey(UInt128 High, UInt128 Low)
{
    /// <summary>How many bytes one takes in a file.</summary>
    public const int Size = 32;

    /// <summary>A seed that is the input's own.</summary>
    public ulong Seed(long seed) => (ulong)Low ^ (ulong)seed;

    /// <summary>The keys of the sequences of a batch.</summary>
    /// <param name="ids">[batch, length], integer.</param>
    /// <param name="mask">The same shape; what is not zero counts as one.</param>
    public static InputKey[] Of(Tensor ids, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var tokens = ids.to(ScalarType.Int64).cpu().contiguous().data<long>().ToArray();
        var seen = mask?.ne(0).to(ScalarType.Byte).cpu().contiguous().data<byte>().ToArray();
        var length = (int)ids.shape[1];
        var keys = new InputKey[ids.shape[0]];
        for (var i = 0; i < keys.Length; i++)
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            hash.AppendData(MemoryMarshal.AsBytes(tokens.AsSpan(i * length, length)));
            if (seen is not null)
            {
                // Tokens are a multiple of 8 bytes, so that one byte more can only be this.
                hash.AppendData([1]);
                hash.AppendData(seen.AsSpan(i * length, length));
            }

            keys[i] = Read(hash.GetHashAndReset());
        }

        return keys;
    }

    /// <summary>Reads one from its bytes.</summary>
    public static InputKey Read(ReadOnlySpan<byte> bytes) => MemoryMarshal.Read<InputKey>(bytes);

    /// <summary>Writes its bytes.</summary>
    public void Write(Span<byte> bytes) => MemoryMarshal.Write(bytes, in this);

    /// <inheritdoc/>
    public override string ToString() => $"{High:x32}{Low:x32}";
}
