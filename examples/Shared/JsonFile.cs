using System.Text.Json;

namespace Shared;

/// <summary>The file that <c>--json</c> names.</summary>
public static class JsonFile
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Said before the work, not after.</summary>
    public static void RequireFolder(FileInfo? file)
    {
        if (file is { Directory.Exists: false })
        {
            throw new DirectoryNotFoundException(
                $"--json is '{file.FullName}', but there is no folder '{file.DirectoryName}'. Make it first, or name another file.");
        }
    }

    /// <summary>Writes figures where a file was named; it is there whole or not at all.</summary>
    public static void Write<T>(FileInfo? file, T figures)
    {
        if (file is null)
        {
            return;
        }

        var temporary = $"{file.FullName}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllText(temporary, JsonSerializer.Serialize(figures, Options));
            File.Move(temporary, file.FullName, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
