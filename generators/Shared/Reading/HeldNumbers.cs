using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Reading;

/// <summary>
/// Numbers of the modules inside a model, through the arguments of the constructors that make them: the 12 of <c>new Block(768, 12)</c>, where the block hands
/// it on to its attention. What comes from elsewhere is null.
/// </summary>
/// <param name="compilation">The compilation whose source is read.</param>
/// <param name="token">Cancels the reading.</param>
internal sealed class HeldNumbers(Compilation compilation, CancellationToken token)
{
    // A member that is set from itself, as it is while somebody types, is not read for ever.
    private readonly HashSet<ISymbol> reading = new(SymbolEqualityComparer.Default);

    /// <summary>The members of a path in a class, outermost first; null where one is missing.</summary>
    public static ImmutableArray<ISymbol>? FindMembers(INamedTypeSymbol root, string path)
    {
        var members = ImmutableArray.CreateBuilder<ISymbol>();
        ITypeSymbol type = root;

        foreach (var name in path.Split('.'))
        {
            if (type.SelfAndBases().SelectMany(candidate => candidate.GetMembers(name)).FirstOrDefault(IsHeld) is not { } member)
            {
                return null;
            }

            members.Add(member);
            type = HeldBy(member);
        }

        return members.ToImmutable();
    }

    /// <summary>The type of what a member holds, one or a list of such.</summary>
    public static ITypeSymbol HeldBy(ISymbol member)
        => MemberReader.TypeOf(member) is var type && ChildReader.ElementOfModuleList(type) is { } element ? element : type;

    /// <summary>What a number in a module is.</summary>
    /// <param name="member">The field or property of the module that holds it.</param>
    /// <param name="way">The members that lead from the model to the module, outermost first.</param>
    public long? Read(ISymbol member, ImmutableArray<ISymbol> way)
    {
        if (Constants.Read(member, compilation, token) is { } constant)
        {
            return constant;
        }

        if (!Constants.IsOwn(member) || !reading.Add(member))
        {
            return null;
        }

        var value = Only(Creations.FindValues(member, compilation, token).Select(value => Read(value, way)));
        reading.Remove(member);

        return value;
    }

    /// <summary>What an expression in the code of a module is.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="way">The members that lead from the model to the module, outermost first.</param>
    public long? Read(ExpressionSyntax expression, ImmutableArray<ISymbol> way)
    {
        var model = compilation.GetSemanticModel(expression.SyntaxTree);

        return Constants.Read(expression, model, token) ?? model.GetSymbolInfo(expression, token).Symbol switch
        {
            IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } constructor } parameter when !way.IsEmpty
                => Only(FindCreations(way.Last(), constructor).Select(arguments => Read(arguments, parameter, way.RemoveAt(way.Length - 1)))),
            { } member when IsHeld(member) && expression is IdentifierNameSyntax or MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax }
                => Read(member, way),
            _ => null,
        };
    }

    /// <summary>A size that the layers in a member are created with, where all that are have the same.</summary>
    /// <param name="member">The member that holds a layer, or a list of such.</param>
    /// <param name="parameter">The parameter of what creates them.</param>
    /// <param name="way">The members that lead from the model to the one whose member it is.</param>
    public long? ReadLayer(ISymbol member, string parameter, ImmutableArray<ISymbol> way)
        => Only(Creations.FindValues(member, compilation, token)
            .SelectMany(static value => value.DescendantNodesAndSelf().OfType<ExpressionSyntax>())
            .Select(value => Creations.Read(value, compilation.GetSemanticModel(value.SyntaxTree), token))
            .OfType<Creation>()
            .Select(creation => creation.Argument(parameter) is { } size ? Read(size, way) : null));

    private static bool IsHeld(ISymbol member) => member is { IsStatic: false } and (IFieldSymbol or IPropertySymbol { Parameters.IsEmpty: true });

    private long? Read(ArgumentListSyntax arguments, IParameterSymbol parameter, ImmutableArray<ISymbol> way)
    {
        var given = arguments.Arguments.FirstOrDefault(argument => argument.NameColon?.Name.Identifier.ValueText == parameter.Name)
            ?? arguments.Arguments.Where((argument, index) => argument.NameColon is null && index == parameter.Ordinal).FirstOrDefault();

        return given is not null ? Read(given.Expression, way)
            : parameter is { HasExplicitDefaultValue: true, ExplicitDefaultValue: { } value } ? (value as int?) ?? (value as long?)
            : null;
    }

    /// <summary>What a constructor is given wherever the class of a member makes something for it.</summary>
    private IEnumerable<ArgumentListSyntax> FindCreations(ISymbol member, IMethodSymbol constructor)
        => Creations.FindValues(member, compilation, token)
            .SelectMany(static value => value.DescendantNodesAndSelf().OfType<BaseObjectCreationExpressionSyntax>())
            .Where(creation => SymbolEqualityComparer.Default.Equals(
                compilation.GetSemanticModel(creation.SyntaxTree).GetSymbolInfo(creation, token).Symbol?.OriginalDefinition, constructor.OriginalDefinition))
            .Select(static creation => creation.ArgumentList)
            .OfType<ArgumentListSyntax>();

    private static long? Only(IEnumerable<long?> values) => values.Distinct().Take(2).ToArray() is [var only] ? only : null;
}
