using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompressDsl;

/// <summary>The places of the ones among bits, without a branch on the bits, which nobody could predict.</summary>
internal static unsafe class OnePlaces
{
    private const int Word = 64;

    /// <summary>Whether 64 bits are looked at together, with AVX-512 VBMI2; else eight.</summary>
    public static bool HasWords => Avx512Vbmi2.IsSupported && Avx512BW.IsSupported;

    /// <summary>Finds the places of all ones.</summary>
    /// <param name="bits">The bits, the lowest first.</param>
    /// <param name="length">How many, at most 65536.</param>
    /// <param name="places">Gets them, in order; of at least <paramref name="length"/> and 64 more.</param>
    /// <returns>How many there are.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static int Find(byte* bits, int length, ushort* places)
    {
        var (target, done) = ((nint)places, 0);
        if (HasWords)
        {
            for (; done <= length - Word; done += Word)
            {
                target = (nint)AppendWord(Unsafe.ReadUnaligned<ulong>(bits + (done / 8)), done, (ushort*)target);
            }
        }

        for (; done < length; done += 8)
        {
            var ones = bits[done / 8];
            target = (nint)AppendByte(length - done < 8 ? (byte)(ones & ((1 << (length - done)) - 1)) : ones, done, (ushort*)target);
        }

        return (int)((ushort*)target - places);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort* AppendByte(byte ones, int start, ushort* target)
    {
        var places = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)(ExpandTable.Places8 + ((nuint)ones * 8))).AsByte());
        (places + Vector128.Create((ushort)start)).Store(target);
        return target + BitOperations.PopCount((uint)ones);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ushort* AppendWord(ulong ones, int start, ushort* target)
    {
        // Each byte of the word to eight lanes, and of it the bit of the lane.
        var bytes = Avx512BW.Shuffle(Vector512.Create(ones).AsByte(), ByteOfLane);
        var isOne = Avx512BW.CompareNotEqual(bytes & BitOfLane, Vector512<byte>.Zero);
        var places = Avx512Vbmi2.Compress(Vector512<byte>.Zero, isOne, Lane);
        var first = Vector512.Create((ushort)start);
        (Vector512.WidenLower(places) + first).Store(target);
        (Vector512.WidenUpper(places) + first).Store(target + 32);
        return target + BitOperations.PopCount(ones);
    }

    private static Vector512<byte> Lane => Vector512<byte>.Indices;

    private static Vector512<byte> ByteOfLane => Vector512<byte>.Indices >> 3;

    private static Vector512<byte> BitOfLane => Vector512.Create(0x8040201008040201).AsByte();
}
