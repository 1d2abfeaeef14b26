using System.Reflection;

namespace Documentation;

/// <summary>The SDK's own reference pack, which the build found (see the target RecordReferencePack in the project file).</summary>
public static class ReferencePack
{
    /// <summary>The XML documentation files beside the reference assemblies, sorted by name.</summary>
    /// <exception cref="DirectoryNotFoundException">The pack that this program was built against is not on this machine, or holds no documentation.</exception>
    public static IReadOnlyList<string> DocumentationFiles()
    {
        var folder = typeof(ReferencePack).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(a => a.Key == "ReferencePack")?.Value ?? "";
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.xml") : [];
        if (files.Length == 0)
        {
            throw new DirectoryNotFoundException(
                $"There are no documentation files in '{folder}', the reference pack that this program was built against. "
                + "Build it again on this machine with the .NET SDK, or give another text with --corpus.");
        }

        return [.. files.Order(StringComparer.Ordinal)];
    }
}
