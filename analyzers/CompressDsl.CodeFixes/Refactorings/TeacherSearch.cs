using CompressDsl.Reading;
using Microsoft.CodeAnalysis;

namespace CompressDsl.CodeFixes;

/// <summary>Finds the classes that a module could learn from, in its project and in those that it refers to.</summary>
/// <param name="student">The module.</param>
/// <param name="compilation">The project.</param>
/// <param name="token">Cancels the search.</param>
internal sealed class TeacherSearch(INamedTypeSymbol student, Compilation compilation, CancellationToken token)
{
    private const int Deepest = 4;

    private readonly ForwardSignature? forward = ForwardSignature.Read(student);

    /// <summary>The classes, by name.</summary>
    public IEnumerable<INamedTypeSymbol> Find()
        => Projects()
            .SelectMany(project => FindTypes(project.GlobalNamespace))
            .Where(CanTeach)
            .OrderBy(static type => type.Name, StringComparer.Ordinal)
            .ThenBy(static type => type.GetMetadataName(), StringComparer.Ordinal);

    // Assemblies without source are full of layers, which teach nobody.
    private IEnumerable<IAssemblySymbol> Projects()
        => compilation.References
            .OfType<CompilationReference>()
            .Select(reference => compilation.GetAssemblyOrModuleSymbol(reference))
            .OfType<IAssemblySymbol>()
            .Prepend(compilation.Assembly);

    private bool CanTeach(INamedTypeSymbol type)
    {
        token.ThrowIfCancellationRequested();

        return type is { TypeKind: TypeKind.Class, IsAbstract: false, IsFileLocal: false }
            && type.ContainersAndSelf().All(static container => container.Arity == 0)
            && !SymbolEqualityComparer.Default.Equals(type, student)
            && type.IsModule()
            && !type.IsUnresolved()
            && ForwardSignature.Read(type) is { LogitsPath: not null } inputs
            && forward?.TakesTheSameAs(inputs, compilation) == true
            && compilation.IsSymbolAccessibleWithin(type, student.ContainingType ?? (ISymbol)compilation.Assembly)
            && !MatchReader.TeachersOf(type).Contains(student, SymbolEqualityComparer.Default)

            // A part teaches the whole nothing, nor the whole its part.
            && !Holds(student, type, Deepest)
            && !Holds(type, student, Deepest);
    }

    private static bool Holds(ITypeSymbol holder, INamedTypeSymbol part, int depth)
        => depth > 0
            && holder.SelfAndBases().TakeWhile(static type => !MemberTypes.IsTorchSharpLayer(type)).SelectMany(Annotations.Members)
                .Where(static member => !member.IsStatic)
                .Select(static member => MemberReader.TypeOf(member) is var held && ChildReader.ElementOfModuleList(held) is { } element ? element : held)
                .Where(static held => held.IsModule() && !MemberTypes.IsTorchSharpLayer(held))
                .Any(held => SymbolEqualityComparer.Default.Equals(held, part) || Holds(held, part, depth - 1));

    private static IEnumerable<INamedTypeSymbol> FindTypes(INamespaceOrTypeSymbol container)
        => container.GetMembers().OfType<INamespaceOrTypeSymbol>()
            .SelectMany(static member => member is INamedTypeSymbol type ? FindTypes(type).Prepend(type) : FindTypes(member));
}
