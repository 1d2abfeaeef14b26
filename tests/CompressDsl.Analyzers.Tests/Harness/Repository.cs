namespace CompressDsl.Analyzers.Tests;

/// <summary>The checkout that the tests run in, for those that read its pages.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    // The tests run from an output folder below the sources.
    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Directory.Packages.props")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No repository around '{AppContext.BaseDirectory}'.");
    }
}
