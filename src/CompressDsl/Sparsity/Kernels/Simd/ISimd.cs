namespace CompressDsl;

/// <summary>What a kernel needs of a register of float32 numbers; a kernel is written once and compiled for every register.</summary>
/// <typeparam name="TVector">The register.</typeparam>
internal unsafe interface ISimd<TVector>
    where TVector : unmanaged
{
    /// <summary>Whether this machine has it.</summary>
    static abstract bool IsSupported { get; }

    /// <summary>How many numbers it holds: a power of two from 4 to 16.</summary>
    static abstract int Count { get; }

    /// <summary>Zeros.</summary>
    static abstract TVector Zero { get; }

    /// <summary>The numbers at an address, which may be any.</summary>
    static abstract TVector Load(float* source);

    /// <summary>The bfloat16 numbers at an address, widened, exactly.</summary>
    static abstract TVector Load(BFloat16* source);

    /// <summary>The same number everywhere.</summary>
    static abstract TVector All(float value);

    /// <summary>Writes the numbers to an address, which may be any.</summary>
    static abstract void Store(TVector vector, float* target);

    /// <summary>left + right.</summary>
    static abstract TVector Add(TVector left, TVector right);

    /// <summary>left * right + addend; rounded once where the machine can.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The sum of the numbers, in a fixed order.</summary>
    static abstract float Sum(TVector vector);

    /// <summary>Puts the first numbers at the places whose bit is one, in order, and zeros at the others.</summary>
    /// <param name="packed">As many numbers as there are ones, then whatever.</param>
    /// <param name="bits">One bit a place, the lowest first; bits above <see cref="Count"/> are not looked at.</param>
    static abstract TVector Expand(TVector packed, uint bits);
}
