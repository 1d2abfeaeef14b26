using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompressDsl;

/// <summary>Eight numbers, with AVX2 and FMA.</summary>
internal readonly unsafe struct Simd256 : ISimd<Vector256<float>>
{
    public static bool IsSupported => Avx2.IsSupported && Fma.IsSupported;

    public static int Count => 8;

    public static Vector256<float> Zero => Vector256<float>.Zero;

    public static Vector256<float> Load(float* source) => Vector256.Load(source);

    public static Vector256<float> Load(BFloat16* source) => (Avx2.ConvertToVector256Int32((ushort*)source) << 16).AsSingle();

    public static Vector256<float> All(float value) => Vector256.Create(value);

    public static void Store(Vector256<float> vector, float* target) => vector.Store(target);

    public static Vector256<float> Add(Vector256<float> left, Vector256<float> right) => left + right;

    public static Vector256<float> MultiplyAdd(Vector256<float> left, Vector256<float> right, Vector256<float> addend) =>
        Fma.MultiplyAdd(left, right, addend);

    public static float Sum(Vector256<float> vector) => Vector256.Sum(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Expand(Vector256<float> packed, uint bits)
    {
        // Where nothing belongs the table has a number with the high bit set: its low three bits choose something, its sign clears that.
        var order = Avx2.ConvertToVector256Int32((sbyte*)ExpandTable.Ranks8 + ((nuint)(byte)bits * 8));
        return Vector256.AndNot(Avx2.PermuteVar8x32(packed, order), (order >> 31).AsSingle());
    }
}
