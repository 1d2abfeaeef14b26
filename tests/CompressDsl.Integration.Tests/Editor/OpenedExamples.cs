using System.Reflection;
using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.MSBuild;

namespace CompressDsl.Integration.Tests.Editor;

/// <summary>The examples with everything they refer to, opened once for all tests, in the way that an editor opens them.</summary>
public sealed class OpenedExamples : IAsyncLifetime
{
    private readonly MSBuildWorkspace _workspace = MSBuildWorkspace.Create(new Dictionary<string, string> { ["Configuration"] = Metadata("Configuration") });

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("compressdsl-editor-");

    public static string Root { get; } = Path.GetFullPath(Metadata("RepositoryRoot"));

    /// <summary>What could not be opened.</summary>
    public IEnumerable<string> Failures => _workspace.Diagnostics.Select(static failure => failure.ToString());

    /// <summary>Their projects.</summary>
    public IEnumerable<Project> Projects
        => _workspace.CurrentSolution.Projects.Where(static project => project.FilePath!.StartsWith(Path.Combine(Root, "examples"), StringComparison.Ordinal));

    /// <summary>A program with a teacher and a student.</summary>
    public Project Program => Projects.Single(static project => project.Name == "DistilBert");

    /// <summary>The library of models under all programs.</summary>
    public Project Library => Projects.Single(static project => project.Name == "Models");

    /// <summary>The library without what is written in it: what a build makes, such as global usings, is left.</summary>
    public Project Empty
        => Library.RemoveDocuments([.. Library.Documents.Where(static document => !IsMade(document)).Select(static document => document.Id)]);

    public async Task InitializeAsync()
    {
        // A filter of the solution: what the examples refer to comes with them.
        var filter = Path.Combine(_folder.FullName, "examples.slnf");
        var projects = Directory.EnumerateFiles(Path.Combine(Root, "examples"), "*.csproj", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 });
        var solution = new { path = Path.Combine(Root, "CompressDsl.sln"), projects = projects.Select(static project => Path.GetRelativePath(Root, project)) };
        await File.WriteAllTextAsync(filter, JsonSerializer.Serialize(new { solution }));
        await _workspace.OpenSolutionAsync(filter);
    }

    public Task DisposeAsync()
    {
        _workspace.Dispose();
        _folder.Delete(recursive: true);
        return Task.CompletedTask;
    }

    private static bool IsMade(Document document) => document.FilePath!.Split(Path.DirectorySeparatorChar).Contains("obj");

    private static string Metadata(string key)
        => typeof(OpenedExamples).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}
