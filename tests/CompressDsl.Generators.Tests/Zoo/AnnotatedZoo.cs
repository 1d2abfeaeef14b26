using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static TorchSharp.torch;

namespace CompressDsl.Generators.Tests;

/// <summary>The zoo with attributes on some of its classes and fields: compiled with what is generated for it, and loaded.</summary>
internal sealed class AnnotatedZoo
{
    private static readonly string Folder = typeof(AnnotatedZoo).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(static metadata => metadata.Key == "ZooDirectory").Value!;

    private static readonly IReadOnlyList<SyntaxTree> Sources =
    [
        .. Directory.EnumerateFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Where(static file => !Path.GetRelativePath(Folder, file).StartsWith("obj", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(static file => Consumer.Parse(File.ReadAllText(file), file)),
        Consumer.Parse(
            """
            global using System;
            global using System.Collections.Generic;
            global using System.IO;
            global using System.Linq;
            global using CompressDsl;
            """,
            "Usings.cs"),
    ];

    private readonly Assembly assembly;

    /// <param name="attributes">By class, or by class and field (<c>Llama.layers</c>), an attribute as it is written: <c>PruneHeads(0.25)</c>.</param>
    public AnnotatedZoo(IReadOnlyDictionary<string, string> attributes)
    {
        var compilation = Consumer.Compile(Annotate(attributes)).WithAssemblyName($"Zoo{Guid.NewGuid():N}");
        using var stream = new MemoryStream();
        var result = Consumer.GenerateAndCompile(compilation).Emit(stream);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Diagnostics));
        assembly = AssemblyLoadContext.Default.LoadFromStream(new MemoryStream(stream.ToArray()));
    }

    /// <summary>A model of the zoo and what runs it.</summary>
    public (nn.Module Model, Func<nn.Module, Tensor> Run) Create(string name)
    {
        var zooCase = assembly.GetType("Zoo.ZooCases", throwOnError: true)!.GetMethod("Named")!.Invoke(null, [name])!;

        return ((Func<(nn.Module, Func<nn.Module, Tensor>)>)zooCase.GetType().GetProperty("Create")!.GetValue(zooCase)!)();
    }

    private static IEnumerable<SyntaxTree> Annotate(IReadOnlyDictionary<string, string> attributes)
    {
        var rewriter = new Annotator(attributes);
        var trees = Sources.Select(tree => tree.WithRootAndOptions(rewriter.Visit(tree.GetRoot()), tree.Options)).ToArray();

        Assert.Equal([], attributes.Keys.Except(rewriter.Found));

        return trees;
    }

    private sealed class Annotator(IReadOnlyDictionary<string, string> attributes) : CSharpSyntaxRewriter
    {
        public HashSet<string> Found { get; } = [];

        public override SyntaxNode? VisitClassDeclaration(ClassDeclarationSyntax node)
        {
            node = (ClassDeclarationSyntax)base.VisitClassDeclaration(node)!;

            return Find(node.Identifier.ValueText) is { } list
                ? node.WithoutLeadingTrivia().AddAttributeLists(list).WithLeadingTrivia(node.GetLeadingTrivia())
                : node;
        }

        public override SyntaxNode? VisitFieldDeclaration(FieldDeclarationSyntax node)
            => node.Parent is ClassDeclarationSyntax type && Find($"{type.Identifier.ValueText}.{node.Declaration.Variables[0].Identifier.ValueText}") is { } list
                ? node.WithoutLeadingTrivia().AddAttributeLists(list).WithLeadingTrivia(node.GetLeadingTrivia())
                : node;

        private AttributeListSyntax? Find(string key)
        {
            if (!attributes.TryGetValue(key, out var attribute))
            {
                return null;
            }

            Found.Add(key);

            return SyntaxFactory.ParseCompilationUnit($"[{attribute}] class C;").DescendantNodes().OfType<AttributeListSyntax>().Single();
        }
    }
}
