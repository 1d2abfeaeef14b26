using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompressDsl;

/// <summary>The activations, eight numbers at a time. What is NaN stays NaN.</summary>
internal static unsafe class Activations
{
    private const int Count = 8;

    /// <summary>Puts f(value) in the place of each value.</summary>
    /// <param name="activation">f.</param>
    /// <param name="values">The values.</param>
    /// <param name="count">How many there are.</param>
    public static void Apply(FusedActivation activation, float* values, int count)
    {
        switch (activation)
        {
            case FusedActivation.Relu:
                Apply<Relu>(values, count);
                break;
            case FusedActivation.Silu:
                Apply<Silu>(values, count);
                break;
            case FusedActivation.Gelu:
                Apply<Gelu>(values, count);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Apply<TActivation>(float* values, int count)
        where TActivation : struct, IActivation
    {
        for (; count >= Count; count -= Count, values += Count)
        {
            TActivation.Of(Vector256.Load(values)).Store(values);
        }

        if (count > 0)
        {
            var last = stackalloc float[Count];
            new Span<float>(values, count).CopyTo(new(last, Count));
            TActivation.Of(Vector256.Load(last)).Store(last);
            new Span<float>(last, count).CopyTo(new(values, count));
        }
    }

    /// <summary>e^value to two units in the last place or so: 2^n e^rest, the latter by a polynomial (Cephes, expf). Infinite from e^88.4, zero from e^-87.7.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp(Vector256<float> value)
    {
        value = Vector256.MinNative(Vector256.MaxNative(value, Vector256.Create(-88f)), Vector256.Create(89f));
        var n = Vector256.Round(value * 1.44269504f);
        var rest = Fuse(n, Vector256.Create(-0.693359375f), value);
        rest = Fuse(n, Vector256.Create(2.12194440e-4f), rest);
        var sum = Fuse(rest, Fuse(rest, Fuse(rest, Vector256.Create(1.9875691500e-4f), 1.3981999507e-3f), 8.3334519073e-3f), 4.1665795894e-2f);
        sum = Fuse(rest, Fuse(rest, sum, 1.6666665459e-1f), 5.0000001201e-1f);
        sum = Fuse(rest * rest, sum, rest + Vector256<float>.One);
        return sum * ((Vector256.ConvertToInt32Native(n) + Vector256.Create(127)) << 23).AsSingle();
    }

    private static Vector256<float> Fuse(Vector256<float> left, Vector256<float> right, float addend) => Fuse(left, right, Vector256.Create(addend));

    private static Vector256<float> Fuse(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Vector256.MultiplyAddEstimate(left, right, addend);

    private interface IActivation
    {
        static abstract Vector256<float> Of(Vector256<float> value);
    }

    private readonly struct Relu : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> value) =>
            Vector256.ConditionalSelect(Vector256.LessThan(value, Vector256<float>.Zero), Vector256<float>.Zero, value);
    }

    private readonly struct Silu : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> value) => value / (Vector256<float>.One + Exp(-value));
    }

    private readonly struct Gelu : IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<float> Of(Vector256<float> value)
        {
            // Phi(-|value|), half of erfc(|value| / sqrt(2)): Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26; off by at most 0.75e-7.
            var z = Vector256.Abs(value) * 0.70710678f;
            var t = Vector256<float>.One / Fuse(z, Vector256.Create(0.3275911f), 1);
            var sum = Fuse(t, Fuse(t, Fuse(t, Fuse(t, Vector256.Create(0.5307027f), -0.7265760f), 0.7107069f), -0.1422484f), 0.1274148f);
            var tail = t * sum * Exp(-z * z);
            return value * Vector256.ConditionalSelect(Vector256.LessThan(value, Vector256<float>.Zero), tail, Vector256<float>.One - tail);
        }
    }
}
