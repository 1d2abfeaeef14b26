using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace CompressDsl.Analyzers.Tests;

/// <summary>
/// The models of the examples, with their attributes, and those of the zoo, which are as users write them: generator and analyzers go through them and have nothing against them.
/// </summary>
/// <remarks>Whatever else is in this repository is built with them, and warnings are errors there.</remarks>
public class QuietOnRealModelsTests
{
    // What is left of the usings that the SDK adds.
    private const string Usings = "global using System.IO; global using System.Threading; global using System.Threading.Tasks;";

    [Theory]
    [InlineData("examples/Models", 12)]
    [InlineData("tests/CompressDsl.Zoo", 40)]
    public async Task Nothing_is_wrong(string folder, int least)
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Split(Path.DirectorySeparatorChar).Any(static part => part is "obj" or "bin") && !Path.GetFileName(file).StartsWith("ZooCase", StringComparison.Ordinal))
            .ToArray();
        var source = Consumer.Compile(Usings)
            .AddSyntaxTrees(files.Select(static file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Consumer.ParseOptions, file)));
        var compilation = Generated.AddTo(source, out var run);

        Assert.InRange(files.Length, least, int.MaxValue);
        Assert.Null(run.Exception);
        Assert.Empty(Consumer.FindErrors(compilation));
        Assert.DoesNotContain(await Consumer.AnalyzeAsync(compilation), static diagnostic => diagnostic.Severity > DiagnosticSeverity.Info);
    }
}
