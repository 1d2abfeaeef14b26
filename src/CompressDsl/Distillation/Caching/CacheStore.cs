using System.Globalization;

namespace CompressDsl;

/// <summary>Records by their keys, in the shards of a folder; the index is read from them and lives in memory alone, so it cannot be out of date.</summary>
internal sealed class CacheStore : IDisposable
{
    private const string ShardNames = "shard-*.bin";

    private readonly string _folder;
    private readonly bool _readOnly;
    private readonly long _shardBytes;
    private readonly List<CacheShard> _shards = [];
    private readonly Dictionary<InputKey, (CacheShard Shard, long At, int Length)> _index = [];

    private CacheStore(string folder, bool readOnly, long shardBytes) => (_folder, _readOnly, _shardBytes) = (folder, readOnly, shardBytes);

    /// <summary>What was found when it was opened.</summary>
    public TeacherCacheOpening Opening { get; private set; } = new(0, 0, 0, 0);

    /// <summary>How many records there are.</summary>
    public long Count => _index.Count;

    /// <summary>How many bytes they take.</summary>
    public long Bytes { get; private set; }

    /// <summary>Reads the index, and cuts off what was never finished unless it is for reading alone.</summary>
    /// <exception cref="TeacherCacheException">A file is no shard.</exception>
    public static CacheStore Open(string folder, bool readOnly, long shardBytes)
    {
        var store = new CacheStore(folder, readOnly, shardBytes);
        try
        {
            store.ReadIndex();
            return store;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public bool Contains(InputKey key) => _index.ContainsKey(key);

    /// <summary>A record with its header; null where there is none.</summary>
    /// <exception cref="TeacherCacheException">It is damaged.</exception>
    public byte[]? Get(InputKey key) => _index.TryGetValue(key, out var place) ? place.Shard.Get(place.At, place.Length) : null;

    /// <summary>Appends a record; its header is filled in here.</summary>
    public void Append(InputKey key, byte[] record)
    {
        CacheRecord.Seal(record, key);
        var shard = Writable();
        _index[key] = (shard, shard.Append(record), record.Length);
        Bytes += record.Length;
    }

    /// <summary>Brings everything to the disk itself. Only the last shard has anything new: the one before was flushed when it was full.</summary>
    public void Flush()
    {
        if (!_readOnly && _shards.Count > 0)
        {
            _shards[^1].Flush();
        }
    }

    public void Dispose()
    {
        Flush();
        _shards.ForEach(static shard => shard.Dispose());
        _shards.Clear();
        _index.Clear();
    }

    private void ReadIndex()
    {
        var (torn, damaged) = (0L, 0);
        string[] paths = [.. Directory.GetFiles(_folder, ShardNames).Order(StringComparer.Ordinal)];
        foreach (var path in paths)
        {
            var shard = CacheShard.Open(path, _readOnly);
            _shards.Add(shard);
            // Only the last one was written to since its bytes were brought to the disk; the others are checked record by record when they are read.
            var isLast = path == paths[^1];
            shard.Scan((key, at, length) => _index[key] = (shard, at, length), contents: isLast);
            torn += shard.TornBytes;
            damaged += shard.Damaged;
            if (isLast && !_readOnly)
            {
                shard.Repair();
            }
        }

        Bytes = _index.Values.Sum(static place => (long)place.Length);
        Opening = new(Count, Bytes, torn, damaged);
    }

    /// <summary>The last shard, or the next one where that is full.</summary>
    private CacheShard Writable()
    {
        if (_shards.Count > 0 && _shards[^1].End < _shardBytes)
        {
            return _shards[^1];
        }

        Flush();
        var number = _shards.Count == 0 ? 0 : int.Parse(Path.GetFileNameWithoutExtension(_shards[^1].Path)["shard-".Length..], CultureInfo.InvariantCulture) + 1;
        var shard = CacheShard.Open(Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"shard-{number:000000}.bin")), readOnly: false);
        shard.Repair();
        _shards.Add(shard);
        return shard;
    }
}
