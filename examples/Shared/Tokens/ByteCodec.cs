using System.Text;

namespace Shared;

/// <summary>A token is a byte.</summary>
public sealed class ByteCodec : TokenCodec
{
    internal const int Size = 256;

    public override int[] Encode(byte[] text, double from = 0) => [.. text[(int)Math.Floor(from * text.Length)..].Select(static value => (int)value)];

    public override string Decode(IEnumerable<int> tokens) => Encoding.UTF8.GetString([.. tokens.Select(static token => (byte)token)]);
}
