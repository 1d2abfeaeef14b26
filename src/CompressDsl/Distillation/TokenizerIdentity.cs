using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace CompressDsl;

/// <summary>
/// What a tokenizer is told apart by: a hash of its content. Two vocabularies of one size may give the same number to different tokens; a student
/// compared with its teacher class by class then learns nonsense, and no shape says so.
/// </summary>
/// <remarks>Two are equal when their hashes are, whatever they are called.</remarks>
public sealed record TokenizerIdentity
{
    /// <summary>Takes a hash that was computed elsewhere, over the same content on both sides.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="size">How large the content is: bytes of a file, tokens of a vocabulary.</param>
    /// <param name="sha256">64 hexadecimal digits; upper case becomes lower case.</param>
    /// <exception cref="ArgumentException">The hash is not one.</exception>
    public TokenizerIdentity(string name, long size, string sha256)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        ArgumentNullException.ThrowIfNull(sha256);
        if (sha256.Length != 64 || !sha256.All(char.IsAsciiHexDigit))
        {
            throw new ArgumentException($"'{sha256}' is no SHA-256 hash; it must be 64 hexadecimal digits.", nameof(sha256));
        }

        (Name, Size, Sha256) = (name, size, sha256.ToLowerInvariant());
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>How large the content is: bytes of a file, tokens of a vocabulary.</summary>
    public long Size { get; }

    /// <summary>The hash of the content, 64 lower-case hexadecimal digits.</summary>
    public string Sha256 { get; }

    /// <summary>The identity of a tokenizer that is a file, such as <c>tokenizer.json</c> or <c>tokenizer.model</c>: a hash of its bytes.</summary>
    /// <param name="path">The file; its name becomes <see cref="Name"/>.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TokenizerIdentity OfFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var file = File.OpenRead(path);
        return new(Path.GetFileName(path), file.Length, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    /// <summary>The identity of a vocabulary: a hash of its tokens in the order of their numbers.</summary>
    /// <param name="tokens">The tokens, from number 0 on.</param>
    /// <param name="name">What messages call it.</param>
    public static TokenizerIdentity OfVocabulary(IEnumerable<string> tokens, string name = "vocabulary")
    {
        ArgumentNullException.ThrowIfNull(tokens);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var count = 0L;
        Span<byte> length = stackalloc byte[4];
        foreach (var token in tokens)
        {
            // The length first, or "ab" + "c" would be "a" + "bc".
            BinaryPrimitives.WriteInt32LittleEndian(length, token.Length);
            hash.AppendData(length);
            hash.AppendData(MemoryMarshal.AsBytes(token.AsSpan()));
            count++;
        }

        return new(name, count, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>Throws unless both sides have the same tokenizer; sizes alone are not compared.</summary>
    /// <param name="student">The student's.</param>
    /// <param name="teacher">The teacher's.</param>
    /// <exception cref="ArgumentException">They differ; the message names both.</exception>
    public static void RequireSame(TokenizerIdentity student, TokenizerIdentity teacher)
    {
        ArgumentNullException.ThrowIfNull(student);
        ArgumentNullException.ThrowIfNull(teacher);
        if (student != teacher)
        {
            throw new ArgumentException(
                $"The student's tokenizer is {student} and the teacher's {teacher}: a class number does not mean the same token to both, and their " +
                "distributions cannot be compared class by class.");
        }
    }

    /// <summary>Whether the contents are the same.</summary>
    public bool Equals(TokenizerIdentity? other) => other is not null && Sha256 == other.Sha256;

    /// <inheritdoc/>
    public override int GetHashCode() => Sha256.GetHashCode(StringComparison.Ordinal);

    /// <summary>Name, size and hash, for messages.</summary>
    public override string ToString() => $"'{Name}' (size {Size}, SHA-256 {Sha256})";
}
