using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// An open safetensors file. Opening reads and proves the header and nothing else; each tensor is read when it is asked for.
/// Reading different tensors from several threads is safe.
/// </summary>
/// <remarks>The format: <see href="https://github.com/huggingface/safetensors#format"/>.</remarks>
public sealed class SafeTensorsFile : ITensorFile, IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly long _dataStart;

    private SafeTensorsFile(string path, SafeFileHandle handle, SafeTensorsHeader header, long dataStart)
    {
        Path = path;
        _handle = handle;
        _dataStart = dataStart;
        Metadata = header.Metadata;
        Names = [.. header.Tensors.Select(static tensor => tensor.Name)];
        Tensors = header.Tensors.ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>The file, as it was named to <see cref="Open"/>.</summary>
    public string Path { get; }

    /// <summary>The header's <c>__metadata__</c>; empty where the file has none.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>The tensors' names, in the order of their data.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>What the header says of each tensor, by name.</summary>
    public IReadOnlyDictionary<string, SafeTensorInfo> Tensors { get; }

    /// <summary>Opens a file and checks its header completely; no tensor is read. At most the header's own size is allocated for it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="SafeTensorsException">The file is malformed.</exception>
    /// <exception cref="IOException">The file is not there or cannot be read.</exception>
    public static SafeTensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var handle = File.OpenHandle(path);
        try
        {
            var length = RandomAccess.GetLength(handle);
            var utf8 = new byte[ReadHeaderLength(path, handle, length)];
            ReadExactly(path, handle, utf8, SafeTensorsHeader.LengthBytes);
            var dataStart = SafeTensorsHeader.LengthBytes + utf8.Length;
            return new(path, handle, SafeTensorsHeader.Parse(path, utf8, length - dataStart), dataStart);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Reads one tensor into host memory; the caller owns it.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>A new contiguous tensor of the file's shape and dtype, without gradient.</returns>
    /// <exception cref="KeyNotFoundException">The file has no tensor of this name.</exception>
    /// <exception cref="SafeTensorsException">TorchSharp has no such dtype, the file became shorter, or a BOOL is neither 0 nor 1.</exception>
    public Tensor Read(string name)
    {
        if (!Tensors.TryGetValue(name, out var info))
        {
            throw new KeyNotFoundException($"{Path} has no tensor '{name}'; it has {Names.Count}: {string.Join(", ", Names.Take(8))}.");
        }

        var type = SafeTensorsDtype.Find(info.Dtype)!.ScalarType
            ?? throw new SafeTensorsException(Path, $"tensor '{name}' is {info.Dtype}, for which TorchSharp has no dtype; "
                + $"{SafeTensorsDtype.Supported} can be read.");
        var tensor = empty([.. info.Shape], dtype: type, device: CPU);
        try
        {
            TensorBytes.ForEachChunk(tensor, (bytes, offset) =>
            {
                ReadExactly(Path, _handle, bytes, _dataStart + info.Begin + offset);

                // libtorch's behaviour for any other byte in a bool is undefined.
                if (type == ScalarType.Bool && bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var at)
                {
                    throw new SafeTensorsException(Path, $"tensor '{name}': element {offset + at} is {bytes[at]}; a BOOL is 0 or 1.");
                }
            });
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    /// <summary>Closes the file; tensors that were read live on.</summary>
    public void Dispose() => _handle.Dispose();

    private static int ReadHeaderLength(string path, SafeFileHandle handle, long length)
    {
        if (length < SafeTensorsHeader.LengthBytes)
        {
            throw new SafeTensorsException(
                path, $"the file has {length} bytes; a safetensors file begins with the header's length in 8 bytes.");
        }

        Span<byte> prefix = stackalloc byte[SafeTensorsHeader.LengthBytes];
        ReadExactly(path, handle, prefix, 0);
        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        var most = Math.Min(SafeTensorsHeader.MaxBytes, length - SafeTensorsHeader.LengthBytes);
        return headerLength <= (ulong)most
            ? (int)headerLength
            : throw new SafeTensorsException(
                path, $"the header's length is {headerLength}; in this file of {length} bytes it can be {most} at most. "
                    + "Is it a safetensors file? What TorchSharp's own save wrote is read by its own load.");
    }

    private static void ReadExactly(string path, SafeFileHandle handle, Span<byte> bytes, long offset)
    {
        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(handle, bytes, offset);
            if (read == 0)
            {
                throw new SafeTensorsException(
                    path, $"the file ended at byte {offset}, {bytes.Length} bytes early; was it changed while it was read?");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }
}
