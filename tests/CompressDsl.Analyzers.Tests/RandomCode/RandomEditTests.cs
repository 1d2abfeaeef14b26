using CsCheck;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Somebody writes in random programs: what the generator remembers from one edit to the next is never what a new one would not find.</summary>
/// <remarks>Seeds from 0 on, 30 of them with 5 edits each; the environment variable <c>CsCheck_Iter</c> asks for more.</remarks>
public class RandomEditTests
{
    private const int Edits = 5;

    private static readonly int Count = Environment.GetEnvironmentVariable("CsCheck_Iter") is null ? 30 : (int)Check.Iter;

    [Fact]
    public void Generator_that_saw_the_project_before_gives_what_a_new_one_gives()
    {
        for (var seed = 0UL; seed < (ulong)Count; seed++)
        {
            var choices = new Choices(seed);
            var files = ClassesOf(RandomProgram.Write(seed));
            var written = files.ToArray();
            var compilation = Consumer.Compile(written);
            var driver = Generated.CreateDriver().RunGenerators(compilation);

            for (var edit = 0; edit < Edits; edit++)
            {
                var place = choices.Below(files.Length);
                written[place] = choices.Below(4) switch
                {
                    0 => files[place],
                    1 => "",
                    2 => files[choices.Below(files.Length)],
                    _ => HalfWritten.Of(files[place], seed + ((ulong)edit << 32)),
                };
                var tree = compilation.SyntaxTrees.Single(tree => tree.FilePath == $"Source{place}.cs");
                compilation = compilation.ReplaceSyntaxTree(tree, CSharpSyntaxTree.ParseText(written[place], Consumer.ParseOptions, tree.FilePath));
                driver = driver.RunGenerators(compilation);

                Assert.True(
                    TextsOf(Generated.CreateDriver().RunGenerators(compilation)).SequenceEqual(TextsOf(driver)),
                    $"Seed {seed}, edit {edit}, in Source{place}.cs:\n{string.Join("\n// next file\n", written)}");
            }
        }
    }

    private static string[] ClassesOf(string program)
    {
        var space = CSharpSyntaxTree.ParseText(program, Consumer.ParseOptions).GetCompilationUnitRoot().Members.OfType<NamespaceDeclarationSyntax>().Single();
        return [.. space.Members.Select(member => $"namespace {space.Name}\n{{\n{member.ToFullString()}}}\n")];
    }

    private static IEnumerable<(string, string)> TextsOf(GeneratorDriver driver)
        => driver.GetRunResult().Results.Single() is { Exception: null, GeneratedSources: var sources } ? sources.Select(static source => (source.HintName, source.SourceText.ToString())).Order() : [];
}
