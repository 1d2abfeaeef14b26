using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Whose answers a cache holds: a hash of the teacher's weights, and its tokenizer.</summary>
/// <param name="Teacher">64 hexadecimal digits.</param>
/// <param name="Tokenizer">The tokenizer that made the inputs.</param>
public sealed record TeacherFingerprint(string Teacher, TokenizerIdentity Tokenizer)
{
    // In elements; what is on an accelerator comes over in parts.
    private const long Part = 1 << 24;

    /// <summary>
    /// The fingerprint of a module: SHA-256 over the names, types, shapes and bytes of its parameters and persistent buffers, in the order of their
    /// names. What else forward depends on (its code, numbers in fields) is not in it.
    /// </summary>
    /// <param name="teacher">The teacher, on any device; a quarter of a second a gigabyte, or a few.</param>
    /// <param name="tokenizer">The tokenizer that makes its inputs.</param>
    public static TeacherFingerprint Of(nn.Module teacher, TokenizerIdentity tokenizer)
    {
        ArgumentNullException.ThrowIfNull(teacher);
        ArgumentNullException.ThrowIfNull(tokenizer);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, tensor) in teacher.state_dict().OrderBy(static entry => entry.Key, StringComparer.Ordinal))
        {
            Append(hash, name);
            Append(hash, $"{tensor.dtype} [{string.Join(",", tensor.shape)}]");
            AppendBytes(hash, tensor);
        }

        return new(Convert.ToHexStringLower(hash.GetHashAndReset()), tokenizer);
    }

    private static void AppendBytes(IncrementalHash hash, Tensor tensor)
    {
        using var scope = NewDisposeScope();
        var flat = tensor.detach().contiguous().view(-1);
        for (var start = 0L; start < flat.numel(); start += Part)
        {
            using var part = flat.narrow(0, start, Math.Min(Part, flat.numel() - start)).cpu().contiguous();
            hash.AppendData(part.bytes);
        }
    }

    private static void Append(IncrementalHash hash, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
