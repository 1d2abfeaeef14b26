using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl.Benchmarks;

/// <summary>
/// What a teacher cache takes on disk at a vocabulary of 128,256 beside the logits in float32, and how fast it is written and read; and a writer that is
/// killed again and again, whose cache must hold every sequence that it said it had, and none that is wrong.
/// </summary>
public static class TeacherCacheBenchmark
{
    /// <summary>What the child that is killed is asked for.</summary>
    public const string Command = "teachercache-write";

    private const int Classes = 128_256;
    private const int Length = 256;
    private const int Kills = 5;

    private static readonly TeacherFingerprint Fingerprint = new(new string('0', 64), TokenizerIdentity.OfVocabulary([]));

    private static readonly TeacherCacheOptions Small = TeacherCacheOptions.TopK(16, 1, 2);

    public static IEnumerable<Row> Run()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        // Peaked as those of a language model are: a few classes have nearly everything.
        var logits = randn(1, Length, Classes).mul_(2);
        logits.scatter_(-1, randint(0, Classes, [1, Length, 20], int64), 8 + (3 * randn(1, Length, 20)));
        var folder = Directory.CreateTempSubdirectory("compressdsl").FullName;
        try
        {
            foreach (var (name, options) in new[]
            {
                ("top 64", TeacherCacheOptions.TopK(64, 2)), ("top 64, float16", TeacherCacheOptions.TopK(64, 2) with { Storage = CacheStorage.Float16 }),
                ("top 64, T = 1, 2, 4", TeacherCacheOptions.TopK(64, 1, 2, 4)), ("256 draws", TeacherCacheOptions.Sampled()),
            })
            {
                foreach (var row in Measure(Path.Combine(folder, name), name, options, logits))
                {
                    yield return row;
                }
            }

            yield return Kill(Path.Combine(folder, "killed"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The child's part: writes sequences until it is killed, and says which are done.</summary>
    public static void WriteUntilKilled(string folder)
    {
        using var cache = TeacherCache.Open(folder, Fingerprint, Small);
        Console.WriteLine($"found {cache.Count} {cache.Opening.TornBytes} {cache.Opening.Damaged}");
        for (var i = cache.Count; ; i++)
        {
            using var scope = NewDisposeScope();
            var (ids, logits) = Sequence(i);
            cache.Add(ids, null, logits);
            Console.WriteLine($"done {i}");
        }
    }

    private static IEnumerable<Row> Measure(string folder, string name, TeacherCacheOptions options, Tensor logits)
    {
        using var cache = TeacherCache.Open(folder, Fingerprint, options);
        using var scope = NewDisposeScope();
        var ids = arange(Length, int64).unsqueeze(0);
        var watch = Stopwatch.StartNew();
        cache.Add(ids, null, logits);
        var written = watch.Elapsed.TotalMilliseconds / Length;
        var perToken = (double)cache.Bytes / Length;
        yield return new($"Teacher cache, {name}, bytes a token", Classes * 4, perToken, Classes * 4 / perToken, "B");

        watch.Restart();
        cache.Get(ids);
        var read = watch.Elapsed.TotalMilliseconds / Length;
        yield return new($"Teacher cache, {name}, writing and reading", written, read, written / read, "ms a token");
    }

    private static Row Kill(string folder)
    {
        var (said, found, torn) = (0L, 0L, 0);
        for (var kill = 0; kill < Kills; kill++)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, [Command, folder]) { RedirectStandardOutput = true };
            using var child = Process.Start(start)!;
            while (child.StandardOutput.ReadLine() is { } line && said < (kill + 1) * 200)
            {
                said = line.StartsWith("done", StringComparison.Ordinal) ? long.Parse(line.AsSpan(5), null) + 1 : said;
            }

            child.Kill();
            while (child.StandardOutput.ReadLine() is { } line)
            {
                said = line.StartsWith("done", StringComparison.Ordinal) && long.TryParse(line.AsSpan(5), out var last) ? Math.Max(said, last + 1) : said;
            }

            child.WaitForExit();
            using var cache = TeacherCache.Open(folder, Fingerprint, Small);
            torn += cache.Opening.TornBytes > 0 ? 1 : 0;
            Check(cache, said);
            found = cache.Count;
        }

        return new($"Teacher cache, a writer killed {Kills} times ({torn} torn records): said, found", said, found, (double)found / said, "sequences");
    }

    private static void Check(TeacherCache cache, long said)
    {
        for (var i = 0L; i < cache.Count; i++)
        {
            using var scope = NewDisposeScope();
            var (ids, logits) = Sequence(i);
            var expected = TopKDistribution.FromLogits(logits[0], 16, 2);
            // Two classes may round to one probability and change places; the probabilities are those of the classes all the same.
            if (cache.Get(ids)?.TopK(2) is not { } found || !AreSame<float>(found.LogProbabilities, expected.LogProbabilities)
                || !AreSame<float>((logits[0] / 2).log_softmax(-1).gather(1, found.Indices), found.LogProbabilities))
            {
                throw new InvalidOperationException($"Sequence {i} of {cache.Count} is missing or wrong after a kill.");
            }
        }

        if (cache.Count < said || cache.Opening.Damaged > 0)
        {
            throw new InvalidOperationException($"The writer said that {said} sequences were done, and {cache.Opening} are there.");
        }
    }

    private static bool AreSame<T>(Tensor a, Tensor b)
        where T : unmanaged => a.data<T>().ToArray().AsSpan().SequenceEqual(b.data<T>().ToArray());

    private static (Tensor Ids, Tensor Logits) Sequence(long number)
    {
        using var random = new Generator((ulong)number, CPU);
        return (randint(0, 1000, [1, 64], int64, generator: random), randn([1, 64, 1000], generator: random));
    }
}
