using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Analyzers;

/// <summary>Leads from an expression to the member of a module that holds its value.</summary>
internal static class HeldMember
{
    /// <summary>The member behind <c>up</c>, <c>layers[i]</c>, or the variable of a <c>foreach</c> over one; null for anything else.</summary>
    public static ISymbol? Of(IOperation operation) => operation switch
    {
        IFieldReferenceOperation field => field.Field,
        IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } list } => Of(list),
        IImplicitIndexerReferenceOperation fromEnd => Of(fromEnd.Instance),
        IPropertyReferenceOperation property => property.Property,
        IConversionOperation { OperatorMethod: null } conversion => Of(conversion.Operand),
        ILocalReferenceOperation local => FindLoop(local) is { } loop ? Of(loop.Collection) : null,
        IConditionalAccessInstanceOperation instance => FindAccess(instance) is { } access ? Of(access.Operation) : null,
        _ => null,
    };

    /// <summary>Whether a sparsity or structure attribute speaks of what a member holds: its own, that of its class, or one within the class it holds.</summary>
    /// <param name="member">A field or property.</param>
    /// <param name="held">The type of what is called: of the member, or of an element of it.</param>
    public static bool IsSpokenOf(ISymbol member, ITypeSymbol? held)
    {
        if (held is null || !member.ContainingType.IsModule())
        {
            return false;
        }

        return Annotations.Pruning(member) is [var own, ..] ? !IsDense(own)
            : ChildReader.IsAnnotatedClass(held)
                || (MemberTypes.IsMatrixLayer(held) && Annotations.Pruning(member.ContainingType) is [var ofClass, ..] && !IsDense(ofClass));
    }

    private static bool IsDense(AttributeData attribute) => attribute.AttributeClass.HasMetadataName(KnownNames.KeepDenseAttribute);

    private static IForEachLoopOperation? FindLoop(ILocalReferenceOperation local)
        => Ancestors(local).OfType<IForEachLoopOperation>().FirstOrDefault(loop => loop.Locals.Contains(local.Local, SymbolEqualityComparer.Default));

    private static IConditionalAccessOperation? FindAccess(IConditionalAccessInstanceOperation instance)
        => Ancestors(instance).OfType<IConditionalAccessOperation>().FirstOrDefault();

    private static IEnumerable<IOperation> Ancestors(IOperation operation)
    {
        for (var current = operation.Parent; current is not null; current = current.Parent)
        {
            yield return current;
        }
    }
}
