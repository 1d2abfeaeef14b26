using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace CompressDsl;

/// <summary>The JSON header of a safetensors file: what it must look like to be believed, and how it is written.</summary>
internal sealed record SafeTensorsHeader(IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<SafeTensorInfo> Tensors)
{
    /// <summary>The bytes before the header that hold its length.</summary>
    internal const int LengthBytes = 8;

    /// <summary>The reference implementation's cap.</summary>
    internal const int MaxBytes = 100_000_000;

    /// <summary>The name that no tensor may have.</summary>
    internal const string MetadataKey = "__metadata__";

    /// <summary>The header's bytes, padded with spaces so that the data begins on a multiple of eight.</summary>
    internal byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in Metadata.OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            foreach (var tensor in Tensors)
            {
                json.WriteStartObject(tensor.Name);
                json.WriteString("dtype", tensor.Dtype);
                WriteNumbers(json, "shape", tensor.Shape);
                WriteNumbers(json, "data_offsets", [tensor.Begin, tensor.End]);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        var padded = new byte[(buffer.WrittenCount + LengthBytes - 1) / LengthBytes * LengthBytes];
        padded.AsSpan(buffer.WrittenCount).Fill((byte)' ');
        buffer.WrittenSpan.CopyTo(padded);
        return padded;
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<long> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteNumberValue(value);
        }

        json.WriteEndArray();
    }

    /// <summary>Reads a header and holds it to the format: nothing of it is used before all of it is proven.</summary>
    /// <param name="path">The file, for messages.</param>
    /// <param name="utf8">The header's bytes.</param>
    /// <param name="dataBytes">How many bytes follow the header in the file.</param>
    internal static SafeTensorsHeader Parse(string path, ReadOnlySpan<byte> utf8, long dataBytes)
    {
        if (utf8.IsEmpty || utf8[0] != (byte)'{')
        {
            var found = utf8.IsEmpty ? "is empty" : $"begins with byte 0x{utf8[0]:X2}";
            throw new SafeTensorsException(path, $"the header {found}; it must be a JSON object and begin with '{{' (0x7B).");
        }

        if (!Utf8.IsValid(utf8))
        {
            throw new SafeTensorsException(path, "the header is not valid UTF-8; it must be a JSON object in UTF-8.");
        }

        try
        {
            var header = new SafeTensorsHeaderReader(path, utf8).Read();
            CheckLayout(path, header.Tensors, dataBytes);
            return header;
        }
        catch (JsonException malformed)
        {
            throw new SafeTensorsException(path, $"the header is not a valid JSON object: {malformed.Message}", malformed);
        }
    }

    /// <summary>The tensors, in file order, must cover the data exactly: no hole, no overlap, nothing left.</summary>
    private static void CheckLayout(string path, IReadOnlyList<SafeTensorInfo> tensors, long dataBytes)
    {
        var at = 0L;
        foreach (var tensor in tensors)
        {
            var name = $"tensor {SafeTensorsException.Quote(tensor.Name)}";
            var offsets = $"{name}: data_offsets [{tensor.Begin}, {tensor.End}]";
            if (tensor.Begin > tensor.End || tensor.End > dataBytes)
            {
                throw new SafeTensorsException(path, $"{offsets} must be in order and within the file's {dataBytes} bytes of data.");
            }

            if (tensor.Begin != at)
            {
                var fault = tensor.Begin < at ? "overlap the tensor before" : "leave a hole after the tensor before";
                throw new SafeTensorsException(path, $"{offsets} {fault}; they must begin at {at}.");
            }

            var size = SafeTensorsDtype.Find(tensor.Dtype)!.Bytes(tensor.Shape)
                ?? throw new SafeTensorsException(path, $"{name}: shape [{string.Join(", ", tensor.Shape)}] of {tensor.Dtype} "
                    + "must take a whole number of bytes below 2^60.");
            if (tensor.Bytes != size)
            {
                throw new SafeTensorsException(path, $"{offsets} hold {tensor.Bytes} bytes, "
                    + $"but shape [{string.Join(", ", tensor.Shape)}] of {tensor.Dtype} takes {size}.");
            }

            at = tensor.End;
        }

        if (at != dataBytes)
        {
            throw new SafeTensorsException(
                path, $"the tensors take {at} bytes, but the file holds {dataBytes} bytes of data; they must cover it exactly.");
        }
    }
}
