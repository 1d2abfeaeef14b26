using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The score of a weight is a random number that depends on the seed and on the weight's path alone.</summary>
internal static class RandomScore
{
    /// <summary>The scores: float32 in [0, 1), on the CPU. A new tensor.</summary>
    public static Tensor Score(long[] shape, int seed, string path)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(path));
        using var generator = new Generator(BitConverter.ToUInt64(hash) ^ (ulong)(uint)seed, CPU);
        return rand(shape, dtype: ScalarType.Float32, generator: generator);
    }
}
