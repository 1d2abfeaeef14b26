using System.Collections.Immutable;
using System.Composition.Hosting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Integration.Tests.Editor;

/// <summary>What an editor finds in the files that a project names as its analyzers, as far as they are of this repository.</summary>
internal static class CompilerParts
{
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers(this Project project)
        => [.. Files(project).SelectMany(static file => file.GetAnalyzers(LanguageNames.CSharp))];

    public static ImmutableArray<ISourceGenerator> Generators(this Project project)
        => [.. Files(project).SelectMany(static file => file.GetGenerators(LanguageNames.CSharp))];

    /// <summary>The fixes, found by what they export.</summary>
    public static ImmutableArray<CodeFixProvider> Fixes(this Project project)
    {
        using var container = new ContainerConfiguration().WithAssemblies(Files(project).Select(static file => file.GetAssembly())).CreateContainer();
        return [.. container.GetExports<CodeFixProvider>()];
    }

    /// <summary>What the compiler and the analyzers say about a project; that an analyzer broke down counts as said.</summary>
    public static async Task<ImmutableArray<Diagnostic>> DiagnoseAsync(this Project project)
    {
        var (compilation, analyzers) = ((await project.GetCompilationAsync())!, project.Analyzers());
        if (analyzers.IsEmpty)
        {
            return compilation.GetDiagnostics();
        }

        var options = new CompilationWithAnalyzersOptions(project.AnalyzerOptions, onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        return await compilation.WithAnalyzers(analyzers, options).GetAllDiagnosticsAsync();
    }

    private static IEnumerable<AnalyzerFileReference> Files(Project project)
        => project.AnalyzerReferences.OfType<AnalyzerFileReference>()
            .Where(static file => Path.GetFileName(file.FullPath).StartsWith("CompressDsl.", StringComparison.Ordinal));
}
