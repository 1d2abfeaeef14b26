namespace CompressDsl;

/// <summary>A teacher cache cannot be opened, or what it holds cannot be used; the message names the folder, or the file and place, and what would be right.</summary>
public sealed class TeacherCacheException : Exception
{
    /// <summary>With a message.</summary>
    public TeacherCacheException(string message)
        : base(message)
    {
    }

    /// <summary>With a message and what was behind it.</summary>
    public TeacherCacheException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
