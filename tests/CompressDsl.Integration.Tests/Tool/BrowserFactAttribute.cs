namespace CompressDsl.Integration.Tests.Tool;

/// <summary>A test that needs a Chromium; skipped, and saying so, where the path has none.</summary>
public sealed class BrowserFactAttribute : FactAttribute
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    public BrowserFactAttribute()
    {
        if (Browser is null)
        {
            Skip = $"no browser: none of {string.Join(", ", Names)} is in the path.";
        }
    }

    /// <summary>The program; null where there is none.</summary>
    public static string? Browser { get; } =
        (from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
         from name in Names
         let path = Path.Combine(folder, name)
         where File.Exists(path)
         select path).FirstOrDefault();
}
