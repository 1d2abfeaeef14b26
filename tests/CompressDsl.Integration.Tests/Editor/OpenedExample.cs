using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.MSBuild;

namespace CompressDsl.Integration.Tests.Editor;

/// <summary>An example with everything it refers to, opened once for all tests, in the way that an editor opens it.</summary>
public sealed class OpenedExample : IAsyncLifetime
{
    private readonly MSBuildWorkspace _workspace = MSBuildWorkspace.Create(new Dictionary<string, string> { ["Configuration"] = Metadata("Configuration") });

    public static string Root { get; } = Path.GetFullPath(Metadata("RepositoryRoot"));

    /// <summary>What could not be opened.</summary>
    public IEnumerable<string> Failures => _workspace.Diagnostics.Select(static failure => failure.ToString());

    /// <summary>Every project of the examples that was opened.</summary>
    public IEnumerable<Project> Examples
        => _workspace.CurrentSolution.Projects.Where(static project => project.FilePath!.StartsWith(Path.Combine(Root, "examples"), StringComparison.Ordinal));

    /// <summary>The example: a program with a teacher and a student.</summary>
    public Project Program => Examples.Single(static project => project.Name == "DistilBert");

    /// <summary>The library of models under it.</summary>
    public Project Library => Examples.Single(static project => project.Name == "Models");

    /// <summary>The library without what is written in it: what a build makes, such as global usings, is left.</summary>
    public Project Empty
        => Library.RemoveDocuments([.. Library.Documents.Where(static document => !document.FilePath!.Contains("/obj/", StringComparison.Ordinal)).Select(static document => document.Id)]);

    public Task InitializeAsync() => _workspace.OpenProjectAsync(Path.Combine(Root, "examples/DistilBert/DistilBert.csproj"));

    public Task DisposeAsync()
    {
        _workspace.Dispose();
        return Task.CompletedTask;
    }

    private static string Metadata(string key)
        => typeof(OpenedExample).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}
