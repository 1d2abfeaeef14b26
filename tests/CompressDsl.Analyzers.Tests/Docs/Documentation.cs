using System.Reflection;

namespace CompressDsl.Analyzers.Tests;

/// <summary>The pages of this repository, their blocks, and what the tests keep around those.</summary>
internal static class Documentation
{
    private static readonly string Contexts = typeof(Documentation).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static metadata => metadata.Key == "ContextDirectory").Value!;

    /// <summary>Text of the README and of everything below docs, by path relative to the repository.</summary>
    public static IReadOnlyDictionary<string, string> Pages { get; } = Directory
        .EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Append(Path.Combine(Repository.Root, "README.md"))
        .ToDictionary(static file => Path.GetRelativePath(Repository.Root, file).Replace('\\', '/'), File.ReadAllText);

    /// <summary>Every fenced block, in the order of pages.</summary>
    public static IReadOnlyList<CodeBlock> Fences { get; } =
        [.. Pages.OrderBy(static page => page.Key, StringComparer.Ordinal).SelectMany(static page => MarkdownReader.Read(page.Key, page.Value))];

    /// <summary>Every C# block.</summary>
    public static IEnumerable<CodeBlock> Blocks => Fences.Where(static block => block.Language == CodeBlock.CSharp);

    /// <summary>What the examples take for granted above them, as the page of the rules says it.</summary>
    public static CodeBlock Usings => Find("docs/rules/README.md#1");

    public static IEnumerable<string> ContextNames => Directory.EnumerateFiles(Contexts, "*.cs").Select(static file => Path.GetFileNameWithoutExtension(file));

    public static CodeBlock Find(string name) => Blocks.Single(block => block.Name == name);

    public static string ReadContext(string name) => File.ReadAllText(Path.Combine(Contexts, name + ".cs")).ReplaceLineEndings("\n");
}
