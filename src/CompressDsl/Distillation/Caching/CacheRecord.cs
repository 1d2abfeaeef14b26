using System.Buffers.Binary;
using System.Security.Cryptography;

namespace CompressDsl;

/// <summary>
/// The form of a record in a shard: the key, the length of what follows, a check of that, a check of these three, and the bytes themselves. The checks
/// are the first 8 bytes of SHA-256.
/// </summary>
internal static class CacheRecord
{
    /// <summary>How many bytes stand before the content.</summary>
    public const int HeaderSize = InputKey.Size + 4 + 8 + 8;

    private const int LengthAt = InputKey.Size;
    private const int ContentCheckAt = LengthAt + 4;
    private const int HeaderCheckAt = ContentCheckAt + 8;

    /// <summary>Fills in the header of a record whose content already stands behind it.</summary>
    public static void Seal(Span<byte> record, InputKey key)
    {
        key.Write(record);
        BinaryPrimitives.WriteInt32LittleEndian(record[LengthAt..], record.Length - HeaderSize);
        BinaryPrimitives.WriteUInt64LittleEndian(record[ContentCheckAt..], Check(record[HeaderSize..]));
        BinaryPrimitives.WriteUInt64LittleEndian(record[HeaderCheckAt..], Check(record[..HeaderCheckAt]));
    }

    /// <summary>Reads a header; false where these bytes are none.</summary>
    public static bool TryReadHeader(ReadOnlySpan<byte> header, out InputKey key, out int length)
    {
        key = InputKey.Read(header);
        length = BinaryPrimitives.ReadInt32LittleEndian(header[LengthAt..]);
        return length >= 0 && BinaryPrimitives.ReadUInt64LittleEndian(header[HeaderCheckAt..]) == Check(header[..HeaderCheckAt]);
    }

    /// <summary>Whether the content is what was written.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> record) =>
        BinaryPrimitives.ReadUInt64LittleEndian(record[ContentCheckAt..]) == Check(record[HeaderSize..]);

    private static ulong Check(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
