using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers.Tests;

/// <summary>What the rules and the generator made of one class: whether they agree.</summary>
/// <param name="Declarations">The class, in all its parts.</param>
/// <param name="Symbol">The class.</param>
/// <param name="Errors">The errors of the rules in the whole program.</param>
/// <param name="Files">The names of the generated files.</param>
internal sealed record ClassVerdict(IReadOnlyList<ClassDeclarationSyntax> Declarations, INamedTypeSymbol Symbol, IReadOnlyList<Diagnostic> Errors, IReadOnlySet<string> Files)
{
    // What a file is generated for, and the attributes that ask for it.
    private static readonly (string File, string[] Attributes, string[] Match)[] Kinds =
    [
        ("Compression", ["Sparsity", "SemiStructured", "BlockSparsity", "KeepDense", "PruneHeads", "PruneChannels", "PruneLayers", "PruneHidden"], ["Gradual"]),
        ("Distillation", ["DistillFrom"], ["MatchHidden", "MatchAttention"]),
        ("Initialization", ["InitializeFrom"], []),
    ];

    /// <summary>What they disagree about, a line each; nothing where all is well.</summary>
    public IEnumerable<string> FindContradictions()
    {
        foreach (var (file, attributes, others) in Kinds)
        {
            var isAsked = Attributes.Any(attribute => attributes.Contains(NameOf(attribute)));
            var isThere = Files.Contains($"{MetadataName(Symbol)}.{file}.g.cs");
            var own = Errors.Where(error => IsOwn(error, [.. attributes, .. others])).ToArray();

            if (isThere && (!isAsked || own.Length > 0))
            {
                yield return $"{file} of {Symbol.Name} is generated, and {(isAsked ? string.Join("; ", own.AsEnumerable()) : "nobody asked")}";
            }

            // What its forward shares with other classes is said once, of one of them.
            if (isAsked && !isThere && own.Length == 0 && !(file == "Compression" && Errors.Any(IsOfFlow)))
            {
                yield return $"{file} of {Symbol.Name} is not generated, and nobody says why";
            }
        }
    }

    private bool IsOwn(Diagnostic error, string[] attributes)
    {
        var node = Declarations[0].SyntaxTree.GetRoot().FindNode(error.Location.SourceSpan);

        return node.FirstAncestorOrSelf<AttributeSyntax>() is { } attribute
            ? attributes.Contains(NameOf(attribute)) && Attributes.Contains(attribute)
            : error.Id == "CDSL1001" && Declarations.SelectMany(static part => part.AncestorsAndSelf()).OfType<TypeDeclarationSyntax>().Any(type => type.Identifier.Span == error.Location.SourceSpan);
    }

    // The only error that stands in code, not on an attribute.
    private static bool IsOfFlow(Diagnostic error) => error.Id == "CDSL3005";

    // Its own and those of its members, not those of classes within it.
    private IEnumerable<AttributeSyntax> Attributes
        => Declarations.SelectMany(static part => part.Members.Where(static member => member is not BaseTypeDeclarationSyntax).Prepend(part))
            .SelectMany(static carrier => carrier.AttributeLists)
            .SelectMany(static list => list.Attributes);

    private static string NameOf(AttributeSyntax attribute) => attribute.Name.ToString();

    private static string MetadataName(INamedTypeSymbol type)
        => type.ContainingType is { } container ? $"{MetadataName(container)}+{type.MetadataName}" : $"{type.ContainingNamespace}.{type.MetadataName}";
}
