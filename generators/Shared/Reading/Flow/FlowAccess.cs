using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Reading;

/// <summary>How generated code inside of the annotated class reaches the members of it and of other classes.</summary>
internal sealed class FlowAccess(INamedTypeSymbol root, Compilation compilation)
{
    private readonly Dictionary<ISymbol, FlowAccessor> accessors = new(SymbolEqualityComparer.Default);

    /// <summary>The accessors that were needed, in the order in which they were.</summary>
    public List<FlowAccessor> Accessors { get; } = [];

    /// <summary>What a class keeps its values in: fields, auto-properties, and the parameters of a primary constructor that outlive it, as they are declared.</summary>
    public static IEnumerable<ISymbol> Storage(INamedTypeSymbol type)
        => type.GetMembers()
            .Where(static member => !member.IsStatic && member switch
            {
                IFieldSymbol field => field is { AssociatedSymbol: null, IsConst: false },
                IPropertySymbol property => MemberReader.IsAutoProperty(property),
                _ => false,
            })
            .Concat(PrimaryParameters(type))
            .OrderBy(static member => member.Locations.FirstOrDefault()?.SourceTree?.FilePath, StringComparer.Ordinal)
            .ThenBy(static member => member.Locations.FirstOrDefault()?.SourceSpan.Start);

    /// <summary>The parameters of the primary constructor of a class.</summary>
    public static IEnumerable<IParameterSymbol> PrimaryParameters(INamedTypeSymbol type)
        => type.InstanceConstructors
            .Where(static constructor => constructor.DeclaringSyntaxReferences is [var reference] && reference.GetSyntax() is TypeDeclarationSyntax)
            .SelectMany(static constructor => constructor.Parameters);

    /// <summary>Whether the name of a type can stand in the generated code.</summary>
    public bool CanName(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => CanName(array.ElementType),
        ITypeParameterSymbol parameter => root.TypeParameters.Contains(parameter, SymbolEqualityComparer.Default),
        INamedTypeSymbol { IsFileLocal: true } => false,
        INamedTypeSymbol named => compilation.IsSymbolAccessibleWithin(named, root) && named.TypeArguments.All(CanName),
        _ => false,
    };

    /// <summary>An expression for the value of what a class keeps; null where there is none.</summary>
    /// <param name="member">A field, a property, or a parameter of a primary constructor.</param>
    /// <param name="owner">The instance; null for a static member.</param>
    /// <param name="place">Where it is read.</param>
    public FlowNode? Read(ISymbol member, FlowNode? owner, FlowPlace place)
    {
        // The field behind a property has no name that can be written.
        if (member is IFieldSymbol { AssociatedSymbol: IPropertySymbol })
        {
            return null;
        }

        if (member.IsStatic)
        {
            return compilation.IsSymbolAccessibleWithin(member, root)
                ? new FlowNode(FlowOp.Literal, member.ContainingType.ToSource() + "." + member.EscapedName(), [], place)
                : null;
        }

        var sure = TypeOf(member) is { IsReferenceType: true, NullableAnnotation: NullableAnnotation.Annotated } ? "!" : "";

        return owner is null ? null
            : CanRead(member) ? new FlowNode(FlowOp.Member, member.EscapedName() + sure, [owner], place)
            : AccessorOf(member) is { } accessor ? new FlowNode(FlowOp.Accessor, accessor.Name + sure, [owner], place)
            : null;
    }

    /// <summary>An expression that can be assigned; null where what a class keeps cannot be written.</summary>
    public FlowNode? Write(ISymbol member, FlowNode? owner, FlowPlace place)
        => member.IsStatic || owner is null || member is IFieldSymbol { AssociatedSymbol: IPropertySymbol } ? null
            : CanWrite(member) ? new FlowNode(FlowOp.Member, member.EscapedName(), [owner], place)
            : AccessorOf(member) is { } accessor ? new FlowNode(FlowOp.Accessor, accessor.Name, [owner], place)
            : null;

    private bool CanRead(ISymbol member) => compilation.IsSymbolAccessibleWithin(member, root) && member switch
    {
        IFieldSymbol => true,
        IPropertySymbol { GetMethod: { } getter } => compilation.IsSymbolAccessibleWithin(getter, root),
        _ => false,
    };

    private bool CanWrite(ISymbol member) => compilation.IsSymbolAccessibleWithin(member, root) && member switch
    {
        IFieldSymbol field => !field.IsReadOnly,
        IPropertySymbol { SetMethod: { IsInitOnly: false } setter } => compilation.IsSymbolAccessibleWithin(setter, root),
        _ => false,
    };

    private static ITypeSymbol TypeOf(ISymbol member) => member switch
    {
        IFieldSymbol field => field.Type,
        IPropertySymbol property => property.Type,
        _ => ((IParameterSymbol)member).Type,
    };

    // What a class of the source keeps in a field that has a name: the compiler calls that of a primary constructor's parameter <name>P.
    private static (string Name, INamedTypeSymbol Owner)? FieldOf(ISymbol member) => member switch
    {
        IFieldSymbol field => (field.MetadataName, field.ContainingType),
        IPropertySymbol property when MemberReader.IsAutoProperty(property) => ($"<{property.MetadataName}>k__BackingField", property.ContainingType),
        IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor } parameter
            => ($"<{parameter.MetadataName}>P", constructor.ContainingType),
        _ => null,
    };

    // A field of a generic class would need an accessor in a generic class.
    private FlowAccessor? AccessorOf(ISymbol member)
    {
        if (accessors.TryGetValue(member, out var known))
        {
            return known;
        }

        if (FieldOf(member) is not { Owner: { IsGenericType: false, IsValueType: false } owner } field || !CanName(owner) || !CanName(TypeOf(member)))
        {
            return null;
        }

        var accessor = new FlowAccessor(member.EscapedName(), field.Name, owner.ToSource(), TypeOf(member).ToSource());
        accessors.Add(member, accessor);
        Accessors.Add(accessor);

        return accessor;
    }
}
