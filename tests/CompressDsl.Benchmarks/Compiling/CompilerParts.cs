using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace CompressDsl.Benchmarks.Compiling;

/// <summary>Generators and analyzers, loaded from their files as the compiler loads them.</summary>
internal static class CompilerParts
{
    public static ISourceGenerator[] Ours { get; } = Generators("CompressDsl.Generators");

    public static ISourceGenerator[] Mvvm { get; } = Generators("CommunityToolkit.Mvvm.SourceGenerators");

    public static DiagnosticAnalyzer[] Analyzers { get; } = [.. Make<DiagnosticAnalyzer>("CompressDsl.Analyzers")];

    public static MetadataReference MvvmLibrary { get; } = MetadataReference.CreateFromFile(PathOf("CommunityToolkit.Mvvm"));

    private static ISourceGenerator[] Generators(string name)
        => [.. Make<IIncrementalGenerator>(name).Select(GeneratorExtensions.AsSourceGenerator)];

    private static IEnumerable<T> Make<T>(string name)
        => Assembly.LoadFrom(PathOf(name)).GetTypes()
            .Where(static type => type.IsAssignableTo(typeof(T)) && type is { IsAbstract: false } && type.GetConstructor([]) is not null)
            .Select(static type => (T)Activator.CreateInstance(type)!);

    private static string PathOf(string name)
        => typeof(CompilerParts).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == name).Value!;
}
