namespace CompressDsl;

/// <summary>
/// A file that is not valid safetensors, or that holds something TorchSharp has no tensor for. The message names the file, the thing, its value
/// and what would be right.
/// </summary>
public sealed class SafeTensorsException : FormatException
{
    /// <summary>Creates the exception; the message is prefixed with the file.</summary>
    /// <param name="path">The file at fault.</param>
    /// <param name="problem">What is wrong and what would be right.</param>
    /// <param name="inner">What was found underneath, for example the JSON error.</param>
    public SafeTensorsException(string path, string problem, Exception? inner = null)
        : base($"{path}: {problem}", inner) => Path = path;

    /// <summary>The file at fault.</summary>
    public string Path { get; }

    /// <summary>Text from a file in quotes, cut where a hostile file made it long.</summary>
    internal static string Quote(string text) => text.Length <= 100 ? $"'{text}'" : $"'{text[..100]}...'";
}
