using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CompressDsl;

/// <summary>A register of float32 numbers. Every operation rounds as IEEE 754 says, so that all widths give the same results.</summary>
/// <typeparam name="T">The register itself.</typeparam>
internal interface ILanes<T>
    where T : struct, ILanes<T>
{
    /// <summary>How many numbers a register holds.</summary>
    static abstract int Count { get; }

    /// <summary>The numbers from <paramref name="index"/> on.</summary>
    static abstract T Load(ref float start, int index);

    /// <summary>The same number everywhere.</summary>
    static abstract T All(float value);

    static abstract T operator +(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator /(T left, T right);

    /// <summary>The bits of both.</summary>
    static abstract T operator &(T left, T right);

    /// <summary>left * right + addend, rounded once.</summary>
    static abstract T MultiplyAdd(T left, T right, T addend);

    /// <summary>All bits where left is less than right or equal to it, else none.</summary>
    static abstract T LessOrEqual(T left, T right);

    /// <summary>The bits of left where mask has ones, else those of right.</summary>
    static abstract T Select(T mask, T left, T right);

    /// <summary>Writes the numbers from <paramref name="index"/> on.</summary>
    void Store(ref float start, int index);
}

/// <summary>Sixteen numbers: one register where <see cref="Vector512.IsHardwareAccelerated"/>, else slow.</summary>
internal readonly struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private readonly Vector512<float> value = value;

    public static int Count => Vector512<float>.Count;

    public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(left.value + right.value);

    public static Lanes512 operator *(Lanes512 left, Lanes512 right) => new(left.value * right.value);

    public static Lanes512 operator /(Lanes512 left, Lanes512 right) => new(left.value / right.value);

    public static Lanes512 operator &(Lanes512 left, Lanes512 right) => new(left.value & right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(ref float start, int index) => new(Vector512.LoadUnsafe(ref start, (nuint)index));

    public static Lanes512 All(float value) => new(Vector512.Create(value));

    public static Lanes512 MultiplyAdd(Lanes512 left, Lanes512 right, Lanes512 addend) =>
        new(Vector512.FusedMultiplyAdd(left.value, right.value, addend.value));

    public static Lanes512 LessOrEqual(Lanes512 left, Lanes512 right) => new(Vector512.LessThanOrEqual(left.value, right.value));

    public static Lanes512 Select(Lanes512 mask, Lanes512 left, Lanes512 right) => new(Vector512.ConditionalSelect(mask.value, left.value, right.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float start, int index) => value.StoreUnsafe(ref start, (nuint)index);
}

/// <summary>As many numbers as the machine's usual register holds, four or eight.</summary>
internal readonly struct PortableLanes(Vector<float> value) : ILanes<PortableLanes>
{
    private readonly Vector<float> value = value;

    public static int Count => Vector<float>.Count;

    public static PortableLanes operator +(PortableLanes left, PortableLanes right) => new(left.value + right.value);

    public static PortableLanes operator *(PortableLanes left, PortableLanes right) => new(left.value * right.value);

    public static PortableLanes operator /(PortableLanes left, PortableLanes right) => new(left.value / right.value);

    public static PortableLanes operator &(PortableLanes left, PortableLanes right) => new(left.value & right.value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PortableLanes Load(ref float start, int index) => new(Vector.LoadUnsafe(ref start, (nuint)index));

    public static PortableLanes All(float value) => new(new Vector<float>(value));

    public static PortableLanes MultiplyAdd(PortableLanes left, PortableLanes right, PortableLanes addend) =>
        new(Vector.FusedMultiplyAdd(left.value, right.value, addend.value));

    public static PortableLanes LessOrEqual(PortableLanes left, PortableLanes right) =>
        new(Vector.AsVectorSingle(Vector.LessThanOrEqual(left.value, right.value)));

    public static PortableLanes Select(PortableLanes mask, PortableLanes left, PortableLanes right) =>
        new(Vector.ConditionalSelect(Vector.AsVectorInt32(mask.value), left.value, right.value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(ref float start, int index) => value.StoreUnsafe(ref start, (nuint)index);
}
