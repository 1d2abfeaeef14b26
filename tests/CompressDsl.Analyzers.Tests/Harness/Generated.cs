extern alias generators;

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using CompressDslGenerator = generators::CompressDsl.CompressDslGenerator;

namespace CompressDsl.Analyzers.Tests;

/// <summary>Runs the generator, as a build would.</summary>
internal static class Generated
{
    /// <summary>A compilation with what is generated for it.</summary>
    /// <param name="compilation">The compilation.</param>
    /// <param name="run">What the generator did; an exception that it threw is in it.</param>
    public static Compilation AddTo(Compilation compilation, out GeneratorRunResult run)
    {
        var result = CreateDriver()
            .RunGeneratorsAndUpdateCompilation(compilation, out var output, out _)
            .GetRunResult();

        run = Assert.Single(result.Results);
        return output;
    }

    /// <summary>The generator as a compiler keeps it from one edit to the next.</summary>
    public static GeneratorDriver CreateDriver()
        => CSharpGeneratorDriver.Create([new CompressDslGenerator().AsSourceGenerator()], parseOptions: Consumer.ParseOptions);
}
