using System.Reflection;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers.Tests;

/// <summary>The models of the zoo that have an obstacle planted in them, as text.</summary>
internal static class ZooSource
{
    private static readonly Lazy<IReadOnlyDictionary<string, ClassDeclarationSyntax>> Obstacles = new(static () => Directory
        .EnumerateFiles(Path.Combine(FindFolder(), "Styles", "Obstacles"), "*.cs")
        .SelectMany(static file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Consumer.ParseOptions).GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>())
        .ToDictionary(static type => type.Identifier.ValueText));

    /// <summary>The names of the models.</summary>
    public static IEnumerable<string> ObstacleNames => Obstacles.Value.Keys;

    /// <summary>A model with an attribute.</summary>
    /// <param name="name">The class.</param>
    /// <param name="attribute">The attribute as it is written, without brackets.</param>
    /// <param name="field">The field that it stands on; null for the class.</param>
    public static string Obstacle(string name, string attribute, string? field)
    {
        var type = Obstacles.Value[name];
        MemberDeclarationSyntax carrier = field is null
            ? type
            : type.Members.OfType<FieldDeclarationSyntax>().Single(member => member.Declaration.Variables[0].Identifier.ValueText == field);

        return type.ToString().Insert(carrier.SpanStart - type.SpanStart, $"[{attribute}] ");
    }

    /// <summary>A file of architectures with the caret, <c>[||]</c>, at the name of one of its classes, which has no attributes and is not partial.</summary>
    public static string Marked(string file, string name)
        => File.ReadAllText(Path.Combine(FindFolder(), "Architectures", file + ".cs")).ReplaceLineEndings("\n")
            .Replace($"partial class {name} ", $"class [||]{name} ", StringComparison.Ordinal);

    private static string FindFolder()
        => typeof(ZooSource).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static metadata => metadata.Key == "ZooDirectory").Value!;
}
