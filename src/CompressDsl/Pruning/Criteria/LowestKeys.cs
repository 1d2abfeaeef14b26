using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CompressDsl;

/// <summary>Scores as whole numbers in the same order, and the choice of the lowest of them.</summary>
/// <remarks>The bits of a float32 that is not negative, read as a whole number, are in the order of the floats. 0 is left for what goes anyhow.</remarks>
internal static class LowestKeys
{
    /// <summary>The key of what goes anyhow.</summary>
    public const uint Gone = 0;

    /// <summary>How many bits a key has.</summary>
    public const int Bits = 31;

    /// <summary>The key of a score of at least 0.</summary>
    public static uint Of(float score) => BitConverter.SingleToUInt32Bits(score) + 1;

    /// <summary>The keys of w² / d² of a row.</summary>
    /// <param name="weights">w.</param>
    /// <param name="squares">d², as many.</param>
    /// <param name="pruned">1 for what goes anyhow, as many.</param>
    /// <param name="keys">Gets the keys, as many.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void OfRow(ReadOnlySpan<float> weights, ReadOnlySpan<float> squares, ReadOnlySpan<byte> pruned, Span<uint> keys)
    {
        var w = MemoryMarshal.Cast<float, Vector<float>>(weights);
        var d = MemoryMarshal.Cast<float, Vector<float>>(squares);
        var k = MemoryMarshal.Cast<uint, Vector<uint>>(keys);
        for (var i = 0; i < w.Length; i++)
        {
            k[i] = Vector.AsVectorUInt32(w[i] * w[i] / d[i]) + Vector<uint>.One;
        }

        for (var i = w.Length * Vector<float>.Count; i < weights.Length; i++)
        {
            keys[i] = Of(weights[i] * weights[i] / squares[i]);
        }

        if (pruned.ContainsAnyExcept((byte)0))
        {
            for (var i = 0; i < pruned.Length; i++)
            {
                keys[i] = pruned[i] != 0 ? Gone : keys[i];
            }
        }
    }

    /// <summary>The key at a place of the sorted keys, and how many of those equal to it stand up to and with that place.</summary>
    /// <param name="keys">Left as they are.</param>
    /// <param name="place">Counted from 0, less than the number of keys.</param>
    public static (uint Key, long Equal) At(ReadOnlySpan<uint> keys, long place)
    {
        // The largest number with no more keys below it than the place has, found bit by bit.
        var (key, below) = (0u, 0L);
        for (var bit = 1u << (Bits - 1); bit != 0; bit >>= 1)
        {
            var count = CountBelow(keys, key | bit);
            if (count <= place)
            {
                (key, below) = (key | bit, count);
            }
        }

        return (key, place - below + 1);
    }

    /// <summary>Counts how often each digit follows the digits before it.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="before">The digits before, as a number.</param>
    /// <param name="shift">How many bits stand behind the digit.</param>
    /// <param name="bits">How many bits the digit has.</param>
    /// <param name="counts">2^bits counts, which are raised.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Count(ReadOnlySpan<uint> keys, uint before, int shift, int bits, Span<int> counts)
    {
        var (step, mask) = (Vector<uint>.Count, (1u << bits) - 1);
        for (var start = 0; start < keys.Length; start += step)
        {
            // After the first digit few keys are left to count.
            var some = keys.Slice(start, Math.Min(step, keys.Length - start));
            if (some.Length == step && !Vector.EqualsAny(new Vector<uint>(some) >>> (shift + bits), new(before)))
            {
                continue;
            }

            foreach (var key in some)
            {
                if (key >> (shift + bits) == before)
                {
                    counts[(int)((key >> shift) & mask)]++;
                }
            }
        }
    }

    /// <summary>Marks what is below a key, and the first of those equal to it.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="last">The last key to go.</param>
    /// <param name="room">How many equal to it may go; gets what is left.</param>
    /// <param name="pruned">As many as keys; gets 1 for what goes.</param>
    /// <returns>How many go, with those that go anyhow.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static long Mark(ReadOnlySpan<uint> keys, uint last, ref long room, Span<byte> pruned)
    {
        var (marked, i) = (0L, 0);
        for (var step = Vector<byte>.Count; i <= keys.Length - step; i += step)
        {
            marked += MarkSome(keys.Slice(i, step), last, ref room, pruned.Slice(i, step));
        }

        return marked + MarkEach(keys[i..], last, ref room, pruned[i..]);
    }

    // As many as a register holds bytes, at once unless one is equal to the last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long MarkSome(ReadOnlySpan<uint> keys, uint last, ref long room, Span<byte> pruned)
    {
        var vectors = MemoryMarshal.Cast<uint, Vector<uint>>(keys);
        var (limit, gone) = (new Vector<uint>(last), new Vector<uint>(Gone));
        var (a, b, c, d) = (vectors[0], vectors[1], vectors[2], vectors[3]);
        if (Vector.EqualsAny(a, limit) || Vector.EqualsAny(b, limit) || Vector.EqualsAny(c, limit) || Vector.EqualsAny(d, limit))
        {
            return MarkEach(keys, last, ref room, pruned);
        }

        var goes = Vector.Narrow(Vector.Narrow(Goes(a), Goes(b)), Vector.Narrow(Goes(c), Goes(d)));
        goes.CopyTo(pruned);
        return Vector.Sum(Goes(a) + Goes(b) + Goes(c) + Goes(d));

        Vector<uint> Goes(Vector<uint> key) => (Vector.LessThan(key, limit) | Vector.Equals(key, gone)) & Vector<uint>.One;
    }

    private static long MarkEach(ReadOnlySpan<uint> keys, uint last, ref long room, Span<byte> pruned)
    {
        var marked = 0L;
        for (var i = 0; i < keys.Length; i++)
        {
            var goes = keys[i] < last || keys[i] == Gone || (keys[i] == last && room-- > 0);
            pruned[i] = goes ? (byte)1 : (byte)0;
            marked += pruned[i];
        }

        return marked;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long CountBelow(ReadOnlySpan<uint> keys, uint limit)
    {
        var vectors = MemoryMarshal.Cast<uint, Vector<uint>>(keys);
        var below = Vector<uint>.Zero;
        foreach (var vector in vectors)
        {
            // All bits, the greatest number there is, is one less than 0.
            below -= Vector.LessThan(vector, new Vector<uint>(limit));
        }

        var count = (long)Vector.Sum(below);
        foreach (var key in keys[(vectors.Length * Vector<uint>.Count)..])
        {
            count += key < limit ? 1 : 0;
        }

        return count;
    }
}
