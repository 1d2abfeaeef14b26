using CompressDsl.Tests.Checkpoints;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Batches of random inputs and a teacher's logits for them, and caches of those in a folder.</summary>
internal sealed class TinyCache : IDisposable
{
    public const int Classes = 9, Batch = 2, Length = 3;

    public static readonly TeacherFingerprint Fingerprint = new(new string('a', 64), TokenizerIdentity.OfVocabulary(["a", "b"]));

    private readonly TemporaryFolder _folder = new();

    public string Path => _folder["cache"];

    public static (Tensor Ids, Tensor Logits, Tensor Labels) Make(long seed, ScalarType type = ScalarType.Float32)
    {
        using var random = new Generator((ulong)seed);
        return (randint(0, 1000, [Batch, Length], int64, generator: random), (3 * randn(Batch, Length, Classes, generator: random)).to(type),
            randint(0, Classes, [Batch, Length], int64, generator: random));
    }

    public TeacherCache Open(TeacherCacheOptions options, bool readOnly = false) => TeacherCache.Open(Path, Fingerprint, options, readOnly);

    /// <summary>What a cache holds after the logits have gone through the disk.</summary>
    public CachedTargets Store(TeacherCacheOptions options, Tensor ids, Tensor logits)
    {
        using (var cache = Open(options))
        {
            Assert.Equal(Batch, cache.Add(ids, null, logits));
        }

        using var again = Open(options, readOnly: true);
        return again.Get(ids)!;
    }

    public void Dispose() => _folder.Dispose();
}
