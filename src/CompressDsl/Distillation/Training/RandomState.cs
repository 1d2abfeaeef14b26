using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The state of torch's generators.</summary>
internal static class RandomState
{
    /// <summary>The state of the CPU's generator.</summary>
    internal static byte[] Get()
    {
        using var generator = Generator.Default;
        using var state = generator.get_state();
        return state.data<byte>().ToArray();
    }

    /// <summary>Puts the CPU's generator into a state.</summary>
    internal static void Set(byte[] state)
    {
        using var generator = Generator.Default;
        using var value = tensor(state);
        generator.set_state(value);
    }

    /// <summary>
    /// TorchSharp cannot read the state of a GPU's generator. So that a resumed training draws the same numbers, it is seeded at every step, with what follows from the
    /// training's seed and the step.
    /// </summary>
    internal static void SeedCuda(long seed, int step)
    {
        // The finalizer of SplitMix64: seeds of neighbouring steps have nothing in common.
        var mixed = unchecked((ulong)seed + ((ulong)step * 0x9E3779B97F4A7C15));
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        cuda.manual_seed_all((long)((mixed ^ (mixed >> 31)) >> 1));
    }

    /// <summary>The seed that the CPU's generator was last given.</summary>
    internal static long InitialSeed()
    {
        using var generator = Generator.Default;
        return generator.initial_seed();
    }
}
