using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CompressDsl;

/// <summary>Sixteen numbers, with AVX-512F and its own instruction for <see cref="Expand"/>.</summary>
internal readonly unsafe struct Simd512 : ISimd<Vector512<float>>
{
    public static bool IsSupported => Avx512F.IsSupported && Vector512.IsHardwareAccelerated;

    public static int Count => 16;

    public static Vector512<float> Zero => Vector512<float>.Zero;

    private static Vector512<int> PlaceBits => Vector512.Create(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768);

    public static Vector512<float> Load(float* source) => Vector512.Load(source);

    public static Vector512<float> Load(BFloat16* source) => (Avx512F.ConvertToVector512Int32(Vector256.Load((ushort*)source)) << 16).AsSingle();

    public static Vector512<float> All(float value) => Vector512.Create(value);

    public static void Store(Vector512<float> vector, float* target) => vector.Store(target);

    public static Vector512<float> Add(Vector512<float> left, Vector512<float> right) => left + right;

    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Avx512F.FusedMultiplyAdd(left, right, addend);

    public static float Sum(Vector512<float> vector) => Vector512.Sum(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Expand(Vector512<float> packed, uint bits)
    {
        // .NET has no type for a mask register: the compiler makes a comparison one.
        var places = ~Vector512.Equals(Vector512.Create((int)bits) & PlaceBits, Vector512<int>.Zero);
        return Avx512F.Expand(Vector512<float>.Zero, places.AsSingle(), packed);
    }
}
