using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

// One test counts the tensors of the whole process: nothing else may run meanwhile.
[Collection(nameof(GlobalRandomNumbers))]
public sealed class TeacherCacheTests
{
    private const int K = 4;

    private static readonly TeacherCacheOptions Options = TeacherCacheOptions.TopK(K, 1, 2);

    [Fact]
    public void Sequences_are_found_by_their_content_in_any_batch()
    {
        using var scope = NewDisposeScope();
        using var folder = new TinyCache();
        using var cache = folder.Open(Options);
        var (ids, logits, _) = TinyCache.Make(1);
        var mask = tensor(new[,] { { 1, 1, 1 }, { 1, 1, 0 } });
        Assert.Null(cache.Get(ids));
        Assert.Equal(2, cache.Add(ids, null, logits));
        Assert.Equal(0, cache.Add(ids, null, logits));
        Assert.True(cache.Contains(ids.flip(0)));
        Assert.False(cache.Contains(ids, mask));
        Assert.Null(cache.Get(cat([ids, ids + 1], 0)));
        Assert.Equal(1, cache.Add(ids[0], mask[0], logits[0]));
        Assert.Equal(3, cache.Count);

        var forth = cache.Get(ids)!.TopK(2);
        var back = cache.Get(ids.flip(0).to(int32))!.TopK(2);
        var order = tensor(new long[] { 3, 4, 5, 0, 1, 2 });
        Assert.Equal(forth.Select(order).LogProbabilities.data<float>().ToArray(), back.LogProbabilities.data<float>().ToArray());
        var alone = cache.Get(ids[1])!;
        Assert.Equal([3L], alone.Shape);
        Assert.Equal(forth.Indices[5].data<long>().ToArray(), alone.TopK(1).Indices[2].data<long>().ToArray());
    }

    [Fact]
    public void Teacher_is_run_only_for_what_is_not_there()
    {
        using var scope = NewDisposeScope();
        using var folder = new TinyCache();
        using var cache = folder.Open(Options);
        var (ids, logits, _) = TinyCache.Make(1);
        var runs = 0;
        for (var epoch = 0; epoch < 3; epoch++)
        {
            var targets = cache.GetOrAdd(ids, null, () =>
            {
                runs++;
                Assert.False(is_grad_enabled());
                return logits.clone();
            });
            Assert.Equal(TopKDistribution.FromLogits(logits.flatten(0, 1), K, 2).LogTail.data<float>().ToArray(), targets.TopK(2).LogTail.data<float>().ToArray());
        }

        Assert.Equal(1, runs);
    }

    [Fact]
    public void Record_cut_at_any_byte_is_left_out_and_nothing_else()
    {
        using var scope = NewDisposeScope();
        using var folder = new TinyCache();
        var batches = Enumerable.Range(1, 3).Select(static seed => TinyCache.Make(seed)).ToArray();
        using (var cache = folder.Open(Options))
        {
            Array.ForEach(batches, batch => cache.Add(batch.Ids, null, batch.Logits));
        }

        var shard = Path.Combine(folder.Path, "shard-000000.bin");
        var whole = File.ReadAllBytes(shard);
        var record = (whole.Length - 8) / 6;
        Assert.Equal(8 + (6 * record), whole.Length);
        for (var cut = 1; cut <= record; cut++)
        {
            File.WriteAllBytes(shard, whole[..^cut]);
            using (var cache = folder.Open(Options))
            {
                Assert.Equal(new(5, 5 * record, record - cut, 0), cache.Opening);
                Assert.Equal(5, cache.Count);
                AssertHolds(cache, batches[0], batches[1]);
                Assert.False(cache.Contains(batches[2].Ids));
                Assert.Equal(1, cache.Add(batches[2].Ids, null, batches[2].Logits));
            }

            Assert.Equal(whole, File.ReadAllBytes(shard));
        }
    }

    [Fact]
    public void Changed_byte_anywhere_in_the_last_record_gives_no_wrong_data()
    {
        using var scope = NewDisposeScope();
        using var folder = new TinyCache();
        var batches = Enumerable.Range(1, 2).Select(static seed => TinyCache.Make(seed)).ToArray();
        using (var cache = folder.Open(Options))
        {
            Array.ForEach(batches, batch => cache.Add(batch.Ids, null, batch.Logits));
        }

        var shard = Path.Combine(folder.Path, "shard-000000.bin");
        var whole = File.ReadAllBytes(shard);
        var record = (whole.Length - 8) / 4;
        for (var at = 1; at <= record; at++)
        {
            var changed = whole.ToArray();
            changed[^at] ^= 0x10;
            File.WriteAllBytes(shard, changed);
            using var cache = folder.Open(Options, readOnly: true);
            Assert.Equal(new(3, 3 * record, record, 0), cache.Opening);
            AssertHolds(cache, batches[0]);
            Assert.Null(cache.Get(batches[1].Ids));
            Assert.Equal(changed, File.ReadAllBytes(shard));
        }
    }

    [Fact]
    public void Damage_among_whole_records_is_reported_and_costs_that_record_alone()
    {
        using var scope = NewDisposeScope();
        using var folder = new TinyCache();
        var (ids, logits, _) = TinyCache.Make(1);
        using (var cache = folder.Open(Options))
        {
            cache.Add(ids, null, logits);
        }

        Change(Path.Combine(folder.Path, "shard-000000.bin"), 8 + CacheRecord.HeaderSize + 20);
        using (var cache = folder.Open(Options))
        {
            Assert.Equal(1, cache.Opening.Damaged);
            Assert.Contains("1 damaged", cache.Opening.ToString());
            Assert.False(cache.Contains(ids[0]));
            Assert.Equal(1, cache.Add(ids, null, logits));
            AssertHolds(cache, TinyCache.Make(1));
        }
    }

    [Fact]
    public void Damage_in_a_shard_that_was_full_is_named_when_it_is_read()
    {
        using var scope = NewDisposeScope();
        using var folder = new TinyCache();
        var (ids, logits, _) = TinyCache.Make(1);
        using (var cache = folder.Open(Options with { ShardBytes = 1 }))
        {
            // The mark of a new shard is more than a byte: one record a shard would be no shard at all.
            cache.Add(ids, null, logits);
            AssertHolds(cache, TinyCache.Make(1));
        }

        Assert.Equal(["cache.lock", "cache.txt", "shard-000000.bin", "shard-000001.bin"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Change(Path.Combine(folder.Path, "shard-000000.bin"), 8 + CacheRecord.HeaderSize + 20);
        using var again = folder.Open(Options);
        Assert.Contains("shard-000000.bin", Assert.Throws<TeacherCacheException>(() => again.Get(ids[0])).Message);
        Assert.NotNull(again.Get(ids[1]));
    }

    [Fact]
    public void Every_whole_record_is_there_without_a_flush_so_that_a_kill_loses_none()
    {
        using var folder = new TinyCache();
        using var scope = NewDisposeScope();
        var batches = Enumerable.Range(1, 20).Select(static seed => TinyCache.Make(seed)).ToArray();
        var shard = Path.Combine(folder.Path, "shard-000000.bin");
        var copies = new List<byte[]>();
        using (var cache = folder.Open(Options))
        {
            foreach (var batch in batches)
            {
                cache.Add(batch.Ids, null, batch.Logits);
                // What another process sees now is what a killed one leaves behind.
                using var file = new FileStream(shard, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
                var bytes = new byte[file.Length];
                file.ReadExactly(bytes);
                copies.Add(bytes);
            }
        }

        for (var done = 1; done <= copies.Count; done++)
        {
            File.WriteAllBytes(shard, copies[done - 1]);
            using var cache = folder.Open(Options, readOnly: true);
            Assert.Equal((2 * done, 0L), (cache.Count, cache.Opening.TornBytes));
            AssertHolds(cache, batches[..done]);
        }
    }

    [Theory]
    [InlineData("teacher")]
    [InlineData("tokenizer")]
    [InlineData("count")]
    [InlineData("temperatures")]
    [InlineData("storage")]
    [InlineData("contents")]
    public void Cache_of_something_else_is_an_error_that_names_what(string what)
    {
        using var folder = new TinyCache();
        folder.Open(Options).Dispose();
        var fingerprint = what switch
        {
            "teacher" => TinyCache.Fingerprint with { Teacher = new string('b', 64) },
            "tokenizer" => TinyCache.Fingerprint with { Tokenizer = TokenizerIdentity.OfVocabulary(["b", "a"]) },
            _ => TinyCache.Fingerprint,
        };
        var options = what switch
        {
            "count" => TeacherCacheOptions.TopK(K + 1, 1, 2),
            "temperatures" => TeacherCacheOptions.TopK(K, 1, 3),
            "storage" => Options with { Storage = CacheStorage.Float16 },
            "contents" => TeacherCacheOptions.Sampled(K, 0, 1, 2),
            _ => Options,
        };
        Assert.Contains($"'{what}: ", Assert.Throws<TeacherCacheException>(() => TeacherCache.Open(folder.Path, fingerprint, options)).Message);
        folder.Open(Options).Dispose();
    }

    [Fact]
    public void Writers_do_not_mix_and_readers_do()
    {
        using var folder = new TinyCache();
        using (folder.Open(Options))
        {
            Assert.Contains("open elsewhere", Assert.Throws<TeacherCacheException>(() => folder.Open(Options)).Message);
            Assert.Throws<TeacherCacheException>(() => folder.Open(Options, readOnly: true));
        }

        using (var one = folder.Open(Options, readOnly: true))
        using (folder.Open(Options, readOnly: true))
        {
            Assert.Throws<TeacherCacheException>(() => folder.Open(Options));
            using var scope = NewDisposeScope();
            var (ids, logits, _) = TinyCache.Make(1);
            Assert.Throws<InvalidOperationException>(() => one.Add(ids, null, logits));
        }

        folder.Open(Options).Dispose();
    }

    [Fact]
    public void Folder_or_input_that_does_not_fit_is_named()
    {
        using var scope = NewDisposeScope();
        using var folder = new TinyCache();
        Assert.Contains("no folder", Assert.Throws<TeacherCacheException>(() => folder.Open(Options, readOnly: true)).Message);
        Directory.CreateDirectory(folder.Path);
        File.WriteAllText(Path.Combine(folder.Path, "notes.txt"), "mine");
        Assert.Contains("notes.txt", Assert.Throws<TeacherCacheException>(() => folder.Open(Options)).Message);
        File.Delete(Path.Combine(folder.Path, "notes.txt"));
        var (ids, logits, _) = TinyCache.Make(1);
        using (var cache = folder.Open(Options))
        {
            AssertSays("[2, 3, 9]", () => cache.Add(ids[0], null, logits));
            AssertSays("Float32", () => cache.Add(logits, null, logits));
            AssertSays("mask", () => cache.Add(ids, ones(2), logits));
            AssertSays("NaN", () => cache.Add(ids, null, logits * double.NaN));
            AssertSays("teacher has 3", () => cache.Add(ids, null, logits.narrow(-1, 0, 3)));
            Assert.Equal(0, cache.Count);
        }

        File.WriteAllText(Path.Combine(folder.Path, "shard-000000.bin"), "something else");
        Assert.Contains("no shard", Assert.Throws<TeacherCacheException>(() => folder.Open(Options)).Message);
        File.Delete(Path.Combine(folder.Path, "shard-000000.bin"));
        File.WriteAllText(Path.Combine(folder.Path, "cache.txt"), "");
        Assert.Contains("cache.txt", Assert.Throws<TeacherCacheException>(() => folder.Open(Options)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => TeacherCacheOptions.TopK(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => TeacherCacheOptions.TopK(4, 0));

        static void AssertSays(string text, Action call) => Assert.Contains(text, Assert.ThrowsAny<ArgumentException>(call).Message);
    }

    [Fact]
    public void Use_leaves_no_tensor_behind()
    {
        using var folder = new TinyCache();
        using var scope = NewDisposeScope();
        using var cache = folder.Open(Options);
        var (ids, logits, labels) = TinyCache.Make(1);
        Step();
        var before = LivingTensors.Count();
        for (var i = 0; i < 20; i++)
        {
            Step();
        }

        Assert.Equal(before, LivingTensors.Count());

        void Step()
        {
            using var inner = NewDisposeScope();
            cache.Add(ids + cache.Count, null, logits);
            CachedLoss.Compute(logits, cache.GetOrAdd(ids, null, () => logits.clone()), labels);
        }
    }

    [Theory]
    [InlineData(CacheStorage.Float32, 4 + 4)]
    [InlineData(CacheStorage.Float16, 4 + 2)]
    public void Bytes_are_those_that_are_documented(CacheStorage storage, int perClass)
    {
        using var scope = NewDisposeScope();
        using var folder = new TinyCache();
        using var cache = folder.Open(TeacherCacheOptions.TopK(64) with { Storage = storage });
        const int Length = 256;
        cache.Add(arange(Length, int64), null, randn(Length, 300));
        Assert.Equal(CacheRecord.HeaderSize + 8 + (Length * ((64 * perClass) + perClass - 4)), cache.Bytes);
    }

    [Fact]
    public void Fingerprint_tells_weights_names_and_tokenizers_apart()
    {
        using var scope = NewDisposeScope();
        using Linear one = nn.Linear(3, 2), two = nn.Linear(3, 2);
        var tokenizer = TokenizerIdentity.OfVocabulary(["a", "b"]);
        var before = TeacherFingerprint.Of(one, tokenizer);
        Assert.Equal(before, TeacherFingerprint.Of(one, TokenizerIdentity.OfVocabulary(["a", "b"], "another name")));
        Assert.NotEqual(before, TeacherFingerprint.Of(two, tokenizer));
        Assert.NotEqual(before, TeacherFingerprint.Of(one, TokenizerIdentity.OfVocabulary(["b", "a"])));
        Assert.NotEqual(before, TeacherFingerprint.Of(nn.Sequential(("layer", one)), tokenizer));
        using (no_grad())
        {
            one.weight![0, 0].add_(1e-6);
        }

        Assert.NotEqual(before, TeacherFingerprint.Of(one, tokenizer));
    }

    private static void Change(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    private static void AssertHolds(TeacherCache cache, params (Tensor Ids, Tensor Logits, Tensor Labels)[] batches)
    {
        foreach (var (ids, logits, _) in batches)
        {
            using var scope = NewDisposeScope();
            var expected = TopKDistribution.FromLogits(logits.flatten(0, 1), K, 2);
            var actual = cache.Get(ids)!.TopK(2);
            Assert.Equal(expected.Indices.data<long>().ToArray(), actual.Indices.data<long>().ToArray());
            Assert.Equal(expected.LogProbabilities.data<float>().ToArray(), actual.LogProbabilities.data<float>().ToArray());
            Assert.Equal(expected.LogTail.data<float>().ToArray(), actual.LogTail.data<float>().ToArray());
        }
    }
}
