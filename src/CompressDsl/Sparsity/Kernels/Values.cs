using System.Runtime.CompilerServices;

namespace CompressDsl;

/// <summary>Numbers of either type, as float32. The compiler leaves one branch of each.</summary>
internal static unsafe class Values
{
    /// <summary>One number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Read<TValue>(TValue* source)
        where TValue : unmanaged =>
        typeof(TValue) == typeof(BFloat16) ? (float)*(BFloat16*)source : *(float*)source;

    /// <summary>One number, rounded to its type.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<TValue>(TValue* target, float value)
        where TValue : unmanaged
    {
        if (typeof(TValue) == typeof(BFloat16))
        {
            *(BFloat16*)target = (BFloat16)value;
        }
        else
        {
            *(float*)target = value;
        }
    }

    /// <summary>A register of numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TSimd, TVector, TValue>(TValue* source)
        where TSimd : struct, ISimd<TVector>
        where TVector : unmanaged
        where TValue : unmanaged =>
        typeof(TValue) == typeof(BFloat16) ? TSimd.Load((BFloat16*)source) : TSimd.Load((float*)source);
}
