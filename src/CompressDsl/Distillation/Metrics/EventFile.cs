using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace CompressDsl;

/// <summary>
/// A file of TensorBoard events: records of a length (8 bytes), its checksum (4), a protobuf <c>Event</c>, and the checksum of that (4). Checksums are masked CRC-32C, as
/// TFRecord has them.
/// </summary>
internal static class EventFile
{
    private const int HeaderBytes = 12;
    private const int ChecksumBytes = 4;

    // Event.step, field 2, a varint; Event.file_version, field 3, a string; tag 1 is a double, 5 a message.
    private const int StepField = 2;

    /// <summary>Cuts the file off before the first record of a later step, or that was torn by a kill. A second call does nothing more.</summary>
    /// <param name="path">The file.</param>
    /// <param name="step">The last step that stays.</param>
    internal static void Cut(string path, long step)
    {
        long end = 0;
        var length = new FileInfo(path).Length;
        foreach (var (own, payload) in Read(path))
        {
            if (own > step)
            {
                break;
            }

            end += HeaderBytes + payload.Length + ChecksumBytes;
        }

        if (end < length)
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
            file.SetLength(end);
            file.Flush(flushToDisk: true);
        }
    }

    /// <summary>The whole records from the beginning up to the first that is not.</summary>
    internal static IEnumerable<(long Step, byte[] Event)> Read(string path)
    {
        using var file = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
        while (true)
        {
            var header = file.ReadBytes(HeaderBytes);
            if (header.Length < HeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8)) != Checksum(header.AsSpan(0, 8)))
            {
                yield break;
            }

            var length = BinaryPrimitives.ReadInt64LittleEndian(header);
            if (length < 0 || length > file.BaseStream.Length - file.BaseStream.Position - ChecksumBytes)
            {
                yield break;
            }

            var payload = file.ReadBytes((int)length);
            if (file.ReadUInt32() != Checksum(payload))
            {
                yield break;
            }

            yield return (StepOf(payload), payload);
        }
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = ~0u;
        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return unchecked(BitOperations.RotateRight(~crc, 15) + 0xa282ead8u);
    }

    /// <summary>The step of an event; 0 where it has none, as protobuf leaves zeros out.</summary>
    private static long StepOf(ReadOnlySpan<byte> message)
    {
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            switch (tag & 7)
            {
                case 0:
                    var value = Varint(ref message);
                    if (tag >> 3 == StepField)
                    {
                        return (long)value;
                    }

                    break;
                case 1:
                    message = message[8..];
                    break;
                case 2:
                    message = message[(int)Varint(ref message)..];
                    break;
                default:
                    message = message[4..];
                    break;
            }
        }

        return 0;
    }

    private static ulong Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[0];
            bytes = bytes[1..];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
