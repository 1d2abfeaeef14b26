using System.Runtime.CompilerServices;

namespace CompressDsl;

/// <summary>The upper half of a float32, as libtorch stores it.</summary>
/// <param name="Bits">Sign, eight bits of exponent, seven of mantissa.</param>
internal readonly record struct BFloat16(ushort Bits)
{
    /// <summary>Exactly that number.</summary>
    public static explicit operator float(BFloat16 value) => BitConverter.UInt32BitsToSingle((uint)value.Bits << 16);

    /// <summary>The nearest number, of two the even one; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static explicit operator BFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return new((ushort)(float.IsNaN(value) ? (bits >> 16) | 0x40 : (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16));
    }
}
