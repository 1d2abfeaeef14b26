using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace CompressDsl.Integration.Tests.Examples;

/// <summary>Model folders of a few kilobytes, written and read without the library.</summary>
internal static class TinyFolder
{
    /// <summary>Text with something to calibrate and measure with, the same every time.</summary>
    public static string Text { get; } =
        string.Concat(Enumerable.Range(0, 400).Select(static i => $"{i * i % 97} the network prunes {(i % 3 == 0 ? "weights" : "a layer")}.\n"));

    /// <summary>Writes a folder with seeded random weights, 0.3 times a value in (-1, 1).</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="config">The content of config.json.</param>
    /// <param name="shapes">The tensors; those of one dimension that are no bias are norms, and 1 is added.</param>
    /// <param name="dtype">F32 or BF16.</param>
    /// <param name="shards">In how many files.</param>
    public static void Write(string folder, string config, IReadOnlyDictionary<string, long[]> shapes, string dtype = "F32", int shards = 1)
    {
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "config.json"), config);
        var random = new Random(1);
        var (files, map) = (shapes.Chunk((shapes.Count + shards - 1) / shards).ToArray(), new JsonObject());
        for (var i = 0; i < files.Length; i++)
        {
            var name = shards == 1 ? "model.safetensors" : $"model-{i + 1:00000}-of-{shards:00000}.safetensors";
            WriteFile(Path.Combine(folder, name), files[i], dtype, random);
            foreach (var (tensor, _) in files[i])
            {
                map[tensor] = name;
            }
        }

        if (shards > 1)
        {
            var index = new JsonObject { ["metadata"] = new JsonObject(), ["weight_map"] = map };
            File.WriteAllText(Path.Combine(folder, "model.safetensors.index.json"), index.ToJsonString());
        }
    }

    /// <summary>The tensors of a file: dtype, shape and values; and its metadata.</summary>
    public static (Dictionary<string, (string Dtype, long[] Shape, float[] Values)> Tensors, string Metadata) Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes);
        var header = JsonDocument.Parse(bytes.AsMemory(8, length)).RootElement;
        var tensors = header.EnumerateObject().Where(static entry => entry.Name != "__metadata__").ToDictionary(static entry => entry.Name, entry =>
        {
            var dtype = entry.Value.GetProperty("dtype").GetString()!;
            var offsets = entry.Value.GetProperty("data_offsets").EnumerateArray().Select(static offset => offset.GetInt32()).ToArray();
            var data = bytes.AsSpan(8 + length)[offsets[0]..offsets[1]].ToArray();
            float[] values = dtype == "F32"
                ? [.. Enumerable.Range(0, data.Length / 4).Select(i => BitConverter.ToSingle(data, 4 * i))]
                : [.. Enumerable.Range(0, data.Length / 2).Select(i => BitConverter.Int32BitsToSingle(BitConverter.ToUInt16(data, 2 * i) << 16))];
            return (dtype, entry.Value.GetProperty("shape").EnumerateArray().Select(static size => size.GetInt64()).ToArray(), values);
        });
        return (tensors, header.GetProperty("__metadata__").GetRawText());
    }

    private static void WriteFile(string path, KeyValuePair<string, long[]>[] shapes, string dtype, Random random)
    {
        var (header, data) = (new JsonObject { ["__metadata__"] = new JsonObject { ["format"] = "pt" } }, new MemoryStream());
        foreach (var (name, shape) in shapes)
        {
            var begin = data.Length;
            var mean = shape.Length == 1 && !name.EndsWith("bias", StringComparison.Ordinal) ? 1f : 0f;
            for (var i = shape.Aggregate(1L, static (product, size) => product * size); i > 0; i--)
            {
                var value = BitConverter.GetBytes(mean + (0.3f * ((2 * random.NextSingle()) - 1)));
                data.Write(dtype == "F32" ? value : value.AsSpan(2));
            }

            header[name] = new JsonObject
            {
                ["dtype"] = dtype,
                ["shape"] = new JsonArray([.. shape.Select(static size => JsonValue.Create(size))]),
                ["data_offsets"] = new JsonArray(begin, data.Length),
            };
        }

        var text = Encoding.UTF8.GetBytes(header.ToJsonString());
        using var file = File.Create(path);
        file.Write(BitConverter.GetBytes((long)text.Length));
        file.Write(text);
        data.WriteTo(file);
    }
}
