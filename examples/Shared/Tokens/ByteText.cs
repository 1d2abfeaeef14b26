using System.Globalization;
using System.Text;

namespace Shared;

/// <summary>Bytes written as text, as the vocabularies of byte-pair encodings do.</summary>
internal static class ByteText
{
    // GPT-2's table: printable bytes of Latin-1 are their own character, the others follow from U+0100 on.
    private static readonly char[] Characters = Make();
    private static readonly Dictionary<char, byte> Values =
        Enumerable.Range(0, 256).ToDictionary(static value => Characters[value], static value => (byte)value);

    /// <summary>The bytes of a text's UTF-8, each as one printable character.</summary>
    internal static string FromText(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(static value => Characters[value]));

    /// <summary>The bytes that such characters stand for.</summary>
    internal static IEnumerable<byte> ToBytes(string characters) => characters.Where(Values.ContainsKey).Select(static character => Values[character]);

    /// <summary>The token of a single byte in a vocabulary of characters, for example <c>&lt;0x0A&gt;</c>.</summary>
    internal static string Token(byte value) => $"<0x{value:X2}>";

    /// <summary>Whether a token is that of a single byte, and of which.</summary>
    internal static bool TryParseToken(string token, out byte value)
    {
        value = 0;
        return token is ['<', '0', 'x', _, _, '>'] && byte.TryParse(token.AsSpan(3, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out value);
    }

    private static char[] Make()
    {
        var next = '\u0100';
        return [.. Enumerable.Range(0, 256).Select(value =>
            value is (>= 0x21 and <= 0x7E) or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF) ? (char)value : next++)];
    }
}
