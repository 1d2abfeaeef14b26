namespace CompressDsl;

/// <summary>Keeps writers apart: one alone, or any number of readers. The system lets go of it when the process ends, however it ends.</summary>
internal static class CacheLock
{
    /// <summary>The file's name.</summary>
    public const string Name = "cache.lock";

    /// <summary>Takes it, until the stream is disposed.</summary>
    /// <exception cref="TeacherCacheException">Somebody else has the cache open.</exception>
    public static FileStream Take(string folder, bool readOnly)
    {
        var path = Path.Combine(folder, Name);
        try
        {
            return readOnly
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read)
                : new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (FileNotFoundException missing)
        {
            throw new TeacherCacheException($"The folder '{folder}' holds no teacher cache, and was opened for reading alone.", missing);
        }
        catch (IOException busy) when (busy is not DirectoryNotFoundException)
        {
            throw new TeacherCacheException(
                $"The cache '{folder}' is open elsewhere: one process may write to it, or several may read it. Wait for the other one, or open it with readOnly.",
                busy);
        }
    }
}
