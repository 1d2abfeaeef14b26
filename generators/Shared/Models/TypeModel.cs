namespace CompressDsl.Models;

/// <summary>One type as it must be declared again to add to it.</summary>
/// <param name="Keyword">What declares it: <c>class</c>, <c>record</c>, <c>struct</c>, <c>record struct</c> or <c>interface</c>.</param>
/// <param name="Name">The name, escaped where it is a keyword, without type parameters.</param>
/// <param name="TypeParameters">The names of its own type parameters, escaped.</param>
internal sealed record TypeDeclaration(string Keyword, string Name, EquatableArray<string> TypeParameters)
{
    /// <summary>The name with its type parameters: <c>Block&lt;T&gt;</c>.</summary>
    public string NameWithTypeParameters => TypeParameters.Count == 0 ? Name : $"{Name}<{string.Join(", ", TypeParameters)}>";

    /// <summary>The name without the <c>@</c>, for names that are made from it.</summary>
    public string Stem => Name.TrimStart('@');
}

/// <summary>An annotated class: where it stands and how it is declared.</summary>
/// <param name="Namespace">The namespace, escaped, or the empty string.</param>
/// <param name="Containers">The types around it, outermost first.</param>
/// <param name="Declaration">The class itself.</param>
/// <param name="FileStem">A name for generated files that no other type of the compilation has.</param>
/// <param name="IsSealed">Whether nothing can derive from it.</param>
/// <param name="IsPublic">Whether code outside of the assembly can see it.</param>
internal sealed record TypeModel(
    string Namespace,
    EquatableArray<TypeDeclaration> Containers,
    TypeDeclaration Declaration,
    string FileStem,
    bool IsSealed,
    bool IsPublic);
