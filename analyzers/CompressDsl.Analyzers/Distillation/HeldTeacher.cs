using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers;

/// <summary>Tells whether a member of a student holds a teacher.</summary>
internal static class HeldTeacher
{
    /// <summary>Whether TorchSharp sees what the member holds: it looks at all instance fields, those behind auto-properties too.</summary>
    public static bool IsRegistered(ISymbol member) => member is { IsStatic: false } and not IPropertySymbol || (member is IPropertySymbol { IsStatic: false } property && MemberReader.IsAutoProperty(property));

    /// <summary>Whether the member, or something that its class puts into it, is called a teacher.</summary>
    public static bool IsNamedSo(ISymbol member, Compilation compilation, CancellationToken token)
        => IsTeacher(member.Name)
            || (MemberReader.TypeOf(member).IsModule() && Creations.FindValues(member, compilation, token).Any(static value => value is IdentifierNameSyntax name && IsTeacher(name.Identifier.ValueText)));

    /// <summary>Whether a member of this type, or a list of it, can hold a teacher: it is of its class, or of one that the teacher derives from.</summary>
    public static bool CanHold(ITypeSymbol held, INamedTypeSymbol teacher)
        => (ChildReader.ElementOfModuleList(held) ?? held) is var type
            && type.IsModule()
            && teacher.SelfAndBases().Any(candidate => SymbolEqualityComparer.Default.Equals(candidate, type));

    private static bool IsTeacher(string name) => name.IndexOf("teacher", StringComparison.OrdinalIgnoreCase) >= 0;
}
