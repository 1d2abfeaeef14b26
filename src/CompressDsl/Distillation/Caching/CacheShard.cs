using Microsoft.Win32.SafeHandles;

namespace CompressDsl;

/// <summary>One file of records, each appended in one write.</summary>
internal sealed class CacheShard : IDisposable
{
    private static readonly byte[] Magic = "CDSLTC01"u8.ToArray();

    private readonly SafeFileHandle _file;

    private CacheShard(string path, SafeFileHandle file) => (Path, _file) = (path, file);

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <summary>Up to where there are whole records; the next one goes here.</summary>
    public long End { get; private set; }

    /// <summary>How many bytes stand behind the last whole record: one that was being written when the process was killed.</summary>
    public long TornBytes { get; private set; }

    /// <summary>How many records in it have another content than was written.</summary>
    public int Damaged { get; private set; }

    public static CacheShard Open(string path, bool readOnly) => new(
        path, File.OpenHandle(path, readOnly ? FileMode.Open : FileMode.OpenOrCreate, readOnly ? FileAccess.Read : FileAccess.ReadWrite, FileShare.ReadWrite));

    /// <summary>Finds the records, from the start up to the first that is not whole.</summary>
    /// <param name="found">Told of each: its key, where it begins, and its length with the header.</param>
    /// <param name="contents">Whether their contents are looked at too, and not only the headers.</param>
    /// <exception cref="TeacherCacheException">The file is no shard.</exception>
    public void Scan(Action<InputKey, long, int> found, bool contents)
    {
        var size = RandomAccess.GetLength(_file);
        var start = new byte[Math.Min(size, Magic.Length)];
        Read(start, 0);
        if (!start.AsSpan().SequenceEqual(Magic.AsSpan(0, start.Length)))
        {
            throw new TeacherCacheException($"'{Path}' is no shard of a teacher cache: it does not begin with its mark.");
        }

        (End, TornBytes, Damaged) = (start.Length == Magic.Length ? Magic.Length : 0, 0, 0);
        var header = new byte[CacheRecord.HeaderSize];
        while (End > 0 && size - End >= header.Length)
        {
            Read(header, End);
            if (!CacheRecord.TryReadHeader(header, out var key, out var length) || size - End - header.Length < length)
            {
                break;
            }

            var whole = header.Length + length;
            if (!contents || CacheRecord.IsWhole(ReadRecord(End, whole)))
            {
                found(key, End, whole);
            }
            else if (End + whole == size)
            {
                break;
            }
            else
            {
                // Others follow it, so it was not torn: something else has changed it. It is as if it were not there.
                Damaged++;
            }

            End += whole;
        }

        TornBytes = size - End;
    }

    /// <summary>Cuts off what stands behind the last whole record; begins a new file.</summary>
    public void Repair()
    {
        RandomAccess.SetLength(_file, End);
        if (End == 0)
        {
            RandomAccess.Write(_file, Magic, 0);
            End = Magic.Length;
        }
    }

    /// <summary>Appends a record; returns where it begins.</summary>
    public long Append(ReadOnlySpan<byte> record)
    {
        var at = End;
        RandomAccess.Write(_file, record, at);
        End = at + record.Length;
        return at;
    }

    /// <summary>Reads a record with its header.</summary>
    /// <exception cref="TeacherCacheException">It is not what was written.</exception>
    public byte[] Get(long at, int length)
    {
        var record = ReadRecord(at, length);
        return CacheRecord.TryReadHeader(record, out _, out _) && CacheRecord.IsWhole(record)
            ? record
            : throw new TeacherCacheException(
                $"The record at byte {at} of '{Path}' is damaged: its content is not what was written. Delete that file; what it held is computed again.");
    }

    /// <summary>Brings everything to the disk itself.</summary>
    public void Flush() => RandomAccess.FlushToDisk(_file);

    public void Dispose() => _file.Dispose();

    private byte[] ReadRecord(long at, int length)
    {
        var record = new byte[length];
        Read(record, at);
        return record;
    }

    private void Read(Span<byte> bytes, long at)
    {
        while (bytes.Length > 0)
        {
            var read = RandomAccess.Read(_file, bytes, at);
            if (read == 0)
            {
                throw new TeacherCacheException($"'{Path}' ends at byte {at}, within what was there when it was opened. Has another process changed it?");
            }

            bytes = bytes[read..];
            at += read;
        }
    }
}
