using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Writes safetensors files, laid out as the reference implementation lays them out: widest dtype first, then by name.</summary>
/// <remarks>The format: <see href="https://github.com/huggingface/safetensors#format"/>. Reading: <see cref="SafeTensorsFile"/>.</remarks>
public static class SafeTensors
{
    /// <summary>
    /// Writes named tensors to a file, all or nothing: a temporary file beside it is written, flushed to the disk and renamed over it.
    /// The same tensors and metadata give the same bytes, in whatever order they come.
    /// </summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="tensors">Dense tensors of any device, layout and shape, of the dtypes F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL.
    /// One tensor at a time is brought to host memory. They stay the caller's.</param>
    /// <param name="metadata">Free text for the header.</param>
    /// <returns>The size of the file in bytes.</returns>
    /// <exception cref="ArgumentException">A name is doubled, reserved or no Unicode text; a tensor is not dense or of another dtype.</exception>
    public static long Write(
        string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return WriteSources(path, tensors.Select(static pair => Source(pair.Key, pair.Value)), metadata);
    }

    /// <summary>As <see cref="Write"/>, with tensors that are made one by one when their turn comes, and live no longer than that.</summary>
    internal static long WriteSources(string path, IEnumerable<TensorSource> sources, IReadOnlyDictionary<string, string>? metadata)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var (header, data, dataBytes) = Plan(sources, metadata);
        var size = SafeTensorsHeader.LengthBytes + header.Length + dataBytes;
        var target = Path.GetFullPath(path);
        var temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Path.GetRandomFileName()}.tmp");
        try
        {
            using (var file = new FileStream(temporary, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                PreallocationSize = size, // a full disk says so now, not after an hour of copying
            }))
            {
                Span<byte> length = stackalloc byte[SafeTensorsHeader.LengthBytes];
                BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
                file.Write(length);
                file.Write(header);
                foreach (var source in data)
                {
                    using var scope = NewDisposeScope();
                    TensorBytes.ForEachChunk(source.Make().detach().cpu().contiguous(), (bytes, _) => file.Write(bytes));
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        return size;
    }

    /// <summary>The size in bytes of the file that <see cref="Write"/> would write; nothing is written.</summary>
    /// <param name="tensors">As for <see cref="Write"/>.</param>
    /// <param name="metadata">As for <see cref="Write"/>.</param>
    public static long Size(IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        return SizeOfSources(tensors.Select(static pair => Source(pair.Key, pair.Value)), metadata);
    }

    /// <summary>As <see cref="Size"/>; no tensor is made.</summary>
    internal static long SizeOfSources(IEnumerable<TensorSource> sources, IReadOnlyDictionary<string, string>? metadata)
    {
        var (header, _, dataBytes) = Plan(sources, metadata);
        return SafeTensorsHeader.LengthBytes + header.Length + dataBytes;
    }

    /// <summary>A tensor that is there already.</summary>
    /// <exception cref="ArgumentException">It is not dense, or of a dtype that cannot be written.</exception>
    internal static TensorSource Source(string name, Tensor tensor) => new(name, CheckTensor(name, tensor), tensor.shape, () => tensor);

    private static (byte[] Header, TensorSource[] Data, long DataBytes) Plan(
        IEnumerable<TensorSource> sources, IReadOnlyDictionary<string, string>? metadata)
    {
        foreach (var (key, value) in metadata ?? new Dictionary<string, string>())
        {
            CheckText(key, "metadata key");
            CheckText(value, $"metadata '{key}'");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var ordered = sources
            .Select(source => source with { Name = CheckName(source.Name, names) })
            .OrderByDescending(static source => source.Dtype.Order).ThenBy(static source => source.Name, StringComparer.Ordinal)
            .ToArray();
        var end = 0L;
        SafeTensorInfo[] infos = [.. ordered.Select(source =>
        {
            var begin = end;
            end += source.Dtype.Bytes(source.Shape)!.Value;
            return new SafeTensorInfo(source.Name, source.Dtype.Name, source.Shape, begin, end);
        })];
        var header = new SafeTensorsHeader(metadata ?? new Dictionary<string, string>(), infos).ToBytes();
        return header.Length <= SafeTensorsHeader.MaxBytes
            ? (header, ordered, end)
            : throw new ArgumentException($"The header would take {header.Length} bytes; {SafeTensorsHeader.MaxBytes} are allowed.", "tensors");
    }

    private static string CheckName(string name, HashSet<string> names)
    {
        CheckText(name, "tensor name");
        if (name == SafeTensorsHeader.MetadataKey)
        {
            throw new ArgumentException($"A tensor is named '{name}'; the format keeps that name for its metadata.", "tensors");
        }

        return names.Add(name) ? name : throw new ArgumentException($"Two tensors are named '{name}'; every name may stand once.", "tensors");
    }

    private static void CheckText(string? text, string what)
    {
        if (text is null)
        {
            throw new ArgumentException($"A {what} is null; a string is right.");
        }

        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar && !text.Contains('\uFFFD'))
            {
                throw new ArgumentException($"The {what} '{text}' holds half of a surrogate pair; it must be Unicode text.");
            }
        }
    }

    private static SafeTensorsDtype CheckTensor(string name, Tensor? tensor)
    {
        if (tensor is null || tensor.IsInvalid)
        {
            throw new ArgumentException($"Tensor '{name}' is {(tensor is null ? "null" : "disposed")}; a living one is right.", "tensors");
        }

        if (!IsDense(tensor))
        {
            throw new ArgumentException($"Tensor '{name}' is stored sparsely; safetensors holds dense tensors only.", "tensors");
        }

        return SafeTensorsDtype.Find(tensor.dtype)
            ?? throw new ArgumentException($"Tensor '{name}' is {tensor.dtype}; {SafeTensorsDtype.Supported} can be written.", "tensors");
    }

    /// <summary>TorchSharp can tell a COO tensor but not a CSR one; that has no strides, and refusing them is how libtorch says so.</summary>
    private static bool IsDense(Tensor tensor)
    {
        if (tensor.is_sparse)
        {
            return false;
        }

        try
        {
            _ = tensor.stride();
            return true;
        }
        catch (ExternalException)
        {
            return false;
        }
    }
}
