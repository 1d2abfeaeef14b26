using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>Reads what a class holds that a shrink changes: layers, parameters, other modules, counts.</summary>
/// <param name="access">How the generated code reaches members.</param>
internal sealed class HolderReader(FlowAccess access)
{
    private readonly List<INamedTypeSymbol> holders = [];
    private readonly HashSet<ISymbol> known = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> counts = new(SymbolEqualityComparer.Default);

    /// <summary>A class whose forward is followed.</summary>
    public void Add(INamedTypeSymbol type)
    {
        if (known.Add(type))
        {
            holders.Add(type);
        }
    }

    /// <summary>A field or property that counts channels or heads.</summary>
    /// <param name="member">The field or property.</param>
    /// <param name="type">The class of the object it is read from.</param>
    public void AddCount(ISymbol member, INamedTypeSymbol type)
    {
        counts.Add(member.OriginalDefinition);
        Add(type);
    }

    /// <summary>All of them, in the order in which they were met.</summary>
    public IEnumerable<HolderModel> Read()
        => holders.Select(type => new HolderModel(type.ToSource(), type.Name, ReadItems(type).ToEquatableArray()));

    private IEnumerable<HeldModel> ReadItems(INamedTypeSymbol type)
        => type.SelfAndBases()
            .TakeWhile(static declared => !declared.DeclaringSyntaxReferences.IsEmpty)
            .Reverse()
            .SelectMany(static declared => FlowAccess.Storage(declared))
            .Select(ReadItem)
            .OfType<HeldModel>();

    private HeldModel? ReadItem(ISymbol member)
    {
        var type = member is IFieldSymbol field ? field.Type : member is IPropertySymbol property ? property.Type : ((IParameterSymbol)member).Type;
        var kind = KindOf(member, type);

        if (kind is null)
        {
            return null;
        }

        var self = new FlowNode(FlowOp.Model, "", [], default);
        var value = kind is HeldKind.Tensor or HeldKind.Count ? access.Write(member, self, default) : access.Read(member, self, default);

        var named = kind == HeldKind.HolderList ? ChildReader.ElementOfModuleList(type)! : type.WithNullableAnnotation(NullableAnnotation.NotAnnotated);

        return value is null ? null : new HeldModel(kind.Value, member.Name, value, named.ToSource());
    }

    private HeldKind? KindOf(ISymbol member, ITypeSymbol type)
        => counts.Contains(member.OriginalDefinition) ? HeldKind.Count
            : FlowTypes.IsTensor(type) ? HeldKind.Tensor
            : FlowTypes.ElementOf(type) is { } item && !type.IsModule() && item.IsModule() ? HeldKind.Modules
            : !type.IsModule() ? null
            : known.Contains(type.WithNullableAnnotation(NullableAnnotation.None)) ? HeldKind.Holder
            : ChildReader.ElementOfModuleList(type) is { } element && known.Contains(element) ? HeldKind.HolderList
            : MemberTypes.IsLayerWithChannels(type) ? HeldKind.Layer
            : MemberTypes.CanHoldChannels(type) ? HeldKind.Module
            : null;
}
