using System.Buffers.Binary;
using System.Text;

namespace CompressDsl.Tests;

/// <summary>Reads event files by what TensorFlow documents of TFRecord and protobuf, independently of how the library reads them.</summary>
internal static class TestEvents
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(static i =>
    {
        var value = (uint)i;
        for (var bit = 0; bit < 8; bit++)
        {
            value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0x82F63B78;
        }

        return value;
    })];

    /// <summary>The scalars of all files, in the order of the steps; every byte of every file must belong to a whole record.</summary>
    internal static List<(long Step, string Tag, float Value)> ReadFolder(string folder) =>
        [.. Directory.GetFiles(folder).SelectMany(ReadFile).OrderBy(static value => value.Step).ThenBy(static value => value.Tag, StringComparer.Ordinal)];

    private static List<(long Step, string Tag, float Value)> ReadFile(string path)
    {
        var bytes = File.ReadAllBytes(path).AsSpan();
        var values = new List<(long, string, float)>();
        while (!bytes.IsEmpty)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            Assert.Equal(Masked(bytes[..8]), BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
            var message = bytes.Slice(12, length);
            Assert.Equal(Masked(message), BinaryPrimitives.ReadUInt32LittleEndian(bytes[(12 + length)..]));
            bytes = bytes[(16 + length)..];

            var fields = Fields(message);
            if (fields.TryGetValue(5, out var summary))
            {
                var value = Fields(Fields(summary)[1]);
                var step = fields.TryGetValue(2, out var varint) ? BitConverter.ToInt64(varint) : 0;
                values.Add((step, Encoding.UTF8.GetString(value[1]), BitConverter.ToSingle(value[2])));
            }
            else
            {
                Assert.Equal("brain.Event:2", Encoding.UTF8.GetString(fields[3]));
            }
        }

        return values;
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc = Table[(crc ^ value) & 0xFF] ^ (crc >> 8);
        }

        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8);
    }

    private static Dictionary<int, byte[]> Fields(ReadOnlySpan<byte> message)
    {
        var fields = new Dictionary<int, byte[]>();
        while (!message.IsEmpty)
        {
            var tag = Varint(ref message);
            var length = (tag & 7) switch { 0 => 0, 1 => 8, 2 => (int)Varint(ref message), _ => 4 };
            fields[(int)(tag >> 3)] = (tag & 7) == 0 ? BitConverter.GetBytes(Varint(ref message)) : message[..length].ToArray();
            message = message[length..];
        }

        return fields;
    }

    private static long Varint(ref ReadOnlySpan<byte> bytes)
    {
        var value = 0L;
        for (var i = 0; ; i++)
        {
            value |= (long)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                bytes = bytes[(i + 1)..];
                return value;
            }
        }
    }
}
