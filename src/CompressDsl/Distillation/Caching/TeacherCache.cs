using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// What a teacher says of its inputs, in a folder on disk: computed once, read in every epoch and by every student. A sequence is found by the content
/// of its tokens and mask, and the folder belongs to one teacher, tokenizer and setting.
/// </summary>
/// <remarks>
/// <para>Safe to kill at any moment: records are appended whole and checked when they are read; what was being written is cut off at the next opening,
/// which says so (<see cref="Opening"/>). After a loss of power, what was there at the last <see cref="Flush"/> is there.</para>
/// <para>One writer, or any number of readers (readOnly); others get an error. Within a process, calls may come from any thread.</para>
/// </remarks>
public sealed class TeacherCache : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _lock;
    private readonly CacheStore _store;
    private readonly TargetCodec _codec;
    private readonly bool _readOnly;

    private TeacherCache(string folder, TargetCodec codec, CacheStore store, bool readOnly, FileStream @lock) =>
        (Folder, _codec, _store, _readOnly, _lock) = (folder, codec, store, readOnly, @lock);

    /// <summary>Where it is.</summary>
    public string Folder { get; }

    /// <summary>What was found when it was opened.</summary>
    public TeacherCacheOpening Opening => _store.Opening;

    /// <summary>How many sequences it has now.</summary>
    public long Count => _store.Count;

    /// <summary>How many bytes their records take.</summary>
    public long Bytes => _store.Bytes;

    /// <summary>Opens the cache in a folder, or makes one there.</summary>
    /// <param name="folder">The folder, for this cache alone; made where it does not exist.</param>
    /// <param name="fingerprint">Whose answers it holds.</param>
    /// <param name="options">What it keeps of them.</param>
    /// <param name="readOnly">Reads alone; the cache must exist. Several may at once.</param>
    /// <exception cref="TeacherCacheException">
    /// It was made for another teacher, tokenizer or setting (the message says which), is open elsewhere, or the folder holds something else.
    /// </exception>
    public static TeacherCache Open(string folder, TeacherFingerprint fingerprint, TeacherCacheOptions options, bool readOnly = false)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(fingerprint);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ShardBytes, 1);
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("A teacher cache is written as little-endian machines hold numbers; this one is not one.");
        }

        folder = Path.GetFullPath(folder);
        if (!readOnly)
        {
            Directory.CreateDirectory(folder);
        }
        else if (!Directory.Exists(folder))
        {
            throw new TeacherCacheException($"There is no folder '{folder}', and the cache was opened for reading alone.");
        }

        var codec = TargetCodec.Of(options);
        var @lock = CacheLock.Take(folder, readOnly);
        try
        {
            CacheManifest.Open(folder, fingerprint, options, readOnly);
            return new TeacherCache(folder, codec, CacheStore.Open(folder, readOnly, options.ShardBytes), readOnly, @lock);
        }
        catch
        {
            @lock.Dispose();
            throw;
        }
    }

    /// <summary>Whether every sequence of a batch is there.</summary>
    /// <inheritdoc cref="Get"/>
    public bool Contains(Tensor ids, Tensor? mask = null)
    {
        lock (_gate)
        {
            return KeysOf(ids, mask).All(_store.Contains);
        }
    }

    /// <summary>What the teacher said of a batch.</summary>
    /// <param name="ids">The tokens, [batch, length] or [length], integer.</param>
    /// <param name="mask">The mask that the teacher was given with them, the same shape; null where there was none, which is another key than all ones.</param>
    /// <returns>The targets, on the CPU, in the dispose scope around the call; null where a sequence of the batch is not there.</returns>
    /// <exception cref="TeacherCacheException">A record is damaged.</exception>
    public CachedTargets? Get(Tensor ids, Tensor? mask = null)
    {
        var keys = KeysOf(ids, mask);
        lock (_gate)
        {
            var found = keys.Select(_store.Get).ToArray();
            return found.Any(static record => record is null) ? null : _codec.Decode(found!, ids.shape);
        }
    }

    /// <summary>Keeps what the teacher says of a batch. Sequences that are there already are not written again.</summary>
    /// <param name="ids">The tokens, [batch, length] or [length], integer.</param>
    /// <param name="mask">The mask that the teacher was given with them, or null.</param>
    /// <param name="logits">The teacher's, the shape of the tokens and then [classes], not softened; -infinity is a class that is switched off.</param>
    /// <returns>How many sequences were new.</returns>
    /// <exception cref="ArgumentException">Shapes or types do not fit, or a logit is NaN or +infinity.</exception>
    /// <exception cref="InvalidOperationException">The cache was opened for reading alone.</exception>
    public int Add(Tensor ids, Tensor? mask, Tensor logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var keys = KeysOf(ids, mask);
        if (_readOnly)
        {
            throw new InvalidOperationException($"The cache '{Folder}' was opened for reading alone.");
        }

        if (!logits.is_floating_point() || logits.dim() != ids.dim() + 1 || !logits.shape.AsSpan()[..^1].SequenceEqual(ids.shape))
        {
            throw new ArgumentException($"The logits are {logits.dtype} {FeatureShapes.Text(logits)}; for tokens {FeatureShapes.Text(ids)} they must be floating point, of that shape and then [classes].");
        }

        using var scope = NewDisposeScope();
        var sequences = logits.detach().reshape(keys.Length, ids.shape[^1], logits.shape[^1]);
        var added = 0;
        for (var i = 0; i < keys.Length; i++)
        {
            lock (_gate)
            {
                if (!_store.Contains(keys[i]))
                {
                    _store.Append(keys[i], Encode(keys[i], sequences[i]));
                    added++;
                }
            }
        }

        return added;
    }

    /// <summary>What the teacher says of a batch, computed where it is not there yet.</summary>
    /// <param name="ids">The tokens, [batch, length] or [length], integer.</param>
    /// <param name="mask">The mask that the teacher is given with them, or null.</param>
    /// <param name="logits">Runs the teacher on the batch; called, under no_grad, only where a sequence is missing.</param>
    /// <returns>The targets, on the CPU, in the dispose scope around the call.</returns>
    public CachedTargets GetOrAdd(Tensor ids, Tensor? mask, Func<Tensor> logits)
    {
        ArgumentNullException.ThrowIfNull(logits);
        if (Get(ids, mask) is { } there)
        {
            return there;
        }

        using (NewDisposeScope())
        using (no_grad())
        {
            Add(ids, mask, logits());
        }

        return Get(ids, mask)!;
    }

    /// <summary>Brings everything to the disk itself: it is there even after a loss of power.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            _store.Flush();
        }
    }

    /// <summary>Flushes, and lets others open the cache.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _store.Dispose();
            _lock.Dispose();
        }
    }

    private static InputKey[] KeysOf(Tensor ids, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.dim() is not (1 or 2) || ids.is_floating_point() || ids.numel() == 0)
        {
            throw new ArgumentException($"The tokens are {ids.dtype} {FeatureShapes.Text(ids)}; they must be whole numbers, [batch, length] or [length], at least one.");
        }

        if (mask is not null && !mask.shape.AsSpan().SequenceEqual(ids.shape))
        {
            throw new ArgumentException($"The mask is {FeatureShapes.Text(mask)}; it must have the shape of the tokens, {FeatureShapes.Text(ids)}.");
        }

        using var scope = NewDisposeScope();
        return InputKey.Of(ids.reshape(-1, ids.shape[^1]), mask?.reshape(-1, ids.shape[^1]));
    }

    private byte[] Encode(InputKey key, Tensor logits)
    {
        ObjectDisposedException.ThrowIf(!_lock.CanRead, this);
        using var greatest = logits.max();
        return greatest.ToDouble() is double.NaN or double.PositiveInfinity
            ? throw new ArgumentException("A logit of the teacher is NaN or +infinity: there is no distribution to keep.", nameof(logits))
            : _codec.Encode(logits, key);
    }
}
