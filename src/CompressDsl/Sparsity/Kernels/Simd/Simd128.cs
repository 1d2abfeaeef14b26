using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompressDsl;

/// <summary>Four numbers, on every machine: SSE, Arm's AdvSimd, WebAssembly, and plain code where there is nothing.</summary>
internal readonly unsafe struct Simd128 : ISimd<Vector128<float>>
{
    public static bool IsSupported => true;

    public static int Count => 4;

    public static Vector128<float> Zero => Vector128<float>.Zero;

    public static Vector128<float> Load(float* source) => Vector128.Load(source);

    public static Vector128<float> Load(BFloat16* source) =>
        (Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)source).AsUInt16()) << 16).AsSingle();

    public static Vector128<float> All(float value) => Vector128.Create(value);

    public static void Store(Vector128<float> vector, float* target) => vector.Store(target);

    public static Vector128<float> Add(Vector128<float> left, Vector128<float> right) => left + right;

    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Vector128.MultiplyAddEstimate(left, right, addend);

    public static float Sum(Vector128<float> vector) => Vector128.Sum(vector);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Expand(Vector128<float> packed, uint bits)
    {
        // A byte that is out of range gives zero.
        var order = Vector128.Load(ExpandTable.Bytes4 + ((nuint)(bits & 15) * 16));
        return Vector128.Shuffle(packed.AsByte(), order).AsSingle();
    }
}
