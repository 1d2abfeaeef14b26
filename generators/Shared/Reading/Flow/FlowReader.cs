using System.Collections.Immutable;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>
/// Reads the forward of a class, and every method and child module that it reaches, as a flow of channels. What it does not understand becomes an
/// operation that says so; it never fails.
/// </summary>
internal sealed class FlowReader
{
    private readonly Dictionary<MethodKey, string> names = [];
    private readonly Queue<MethodKey> pending = new();
    private readonly HashSet<(string Name, string? Owner)> taken = [];
    private readonly Dictionary<ISymbol, bool> assigned = new(SymbolEqualityComparer.Default);
    private readonly FlowCandidates candidates;
    private bool isBroken;

    private FlowReader(INamedTypeSymbol root, Compilation compilation, CancellationToken token)
    {
        (Root, Compilation, Token) = (root, compilation, token);
        candidates = new FlowCandidates(compilation, token);
        Access = new FlowAccess(root, compilation);
        Holders = new HolderReader(Access);
    }

    /// <summary>The annotated class: what it can see, the flow can name.</summary>
    public INamedTypeSymbol Root { get; }

    public Compilation Compilation { get; }

    public CancellationToken Token { get; }

    public FlowAccess Access { get; }

    public HolderReader Holders { get; }

    /// <summary>The member of the annotated class that an attribute names for its number of heads; null where none does.</summary>
    public ISymbol? HeadsMember { get; private init; }

    /// <summary>The flow of a class; null where its forward has no source here.</summary>
    /// <param name="type">The class.</param>
    /// <param name="heads">The name of the member that says how many heads it has, where an attribute gives one.</param>
    /// <param name="compilation">The compilation whose source is read.</param>
    /// <param name="token">Cancels the reading.</param>
    public static FlowModel? Read(INamedTypeSymbol type, string? heads, Compilation compilation, CancellationToken token)
    {
        var reader = new FlowReader(type, compilation, token)
        {
            HeadsMember = heads is null ? null : type.SelfAndBases().SelectMany(declared => declared.GetMembers(heads)).FirstOrDefault(static member => member is IFieldSymbol or IPropertySymbol),
        };

        return reader.FindForward(type, null) is { } forward ? reader.ReadAll(forward) : null;
    }

    /// <summary>The forward with source that a class runs when it is called with so many arguments; any number where it is null.</summary>
    public IMethodSymbol? FindForward(INamedTypeSymbol type, int? arguments)
        => type.SelfAndBases()
            .SelectMany(static candidate => candidate.GetMembers("forward").OfType<IMethodSymbol>())
            .FirstOrDefault(method => method.IsOverride && !method.IsAbstract && HasSource(method)
                && (arguments is null || method.Parameters.Length == arguments));

    /// <summary>Whether this compilation has the text of a method and can say what it means.</summary>
    public bool HasSource(IMethodSymbol method)
        => method.OriginalDefinition.DeclaringSyntaxReferences is [var reference, ..] && Compilation.ContainsSyntaxTree(reference.SyntaxTree);

    /// <summary>The name of the flow of a method; it will be read. Null where the generated code could not say its types.</summary>
    /// <param name="method">The method.</param>
    /// <param name="owner">The class of the instance, nearer than that which declares the method; null for a static method.</param>
    /// <param name="known">Its integer parameters that are given as known numbers: for others it has another flow.</param>
    public string? NameOf(IMethodSymbol method, INamedTypeSymbol? owner, ImmutableHashSet<IParameterSymbol> known)
    {
        var definition = method.OriginalDefinition;

        if (owner is not null && (!Access.CanName(owner) || (owner.IsGenericType && !SymbolEqualityComparer.Default.Equals(owner.OriginalDefinition, Root))))
        {
            return null;
        }

        if (definition.IsGenericMethod || definition.IsAsync || definition.Parameters.Any(static parameter => parameter.RefKind is not (RefKind.None or RefKind.In) && !FlowTypes.IsTensor(parameter.Type)))
        {
            return null;
        }

        var key = new MethodKey(definition, owner, known);

        // What comes one by one is not there when the method ends.
        if (!names.ContainsKey(key) && IsIterator(definition))
        {
            return null;
        }

        if (!names.TryGetValue(key, out var name))
        {
            var (stem, number) = (SymbolExtensions.Escape((definition.AssociatedSymbol ?? definition).Name), 1);
            name = stem;

            while (!taken.Add((name, owner?.ToSource())))
            {
                name = stem.TrimStart('@') + ++number;
            }

            names.Add(key, name);
            pending.Enqueue(key);

            if (owner is not null)
            {
                candidates.Visit(owner);
                Holders.Add(owner);
            }
        }

        return name;
    }

    /// <summary>Whether a method assigns one of its parameters.</summary>
    public bool Assigns(IMethodSymbol method, IParameterSymbol parameter)
        => ReadBlock(method)?.Descendants().Any(operation => operation switch
        {
            IAssignmentOperation { Target: IParameterReferenceOperation target } => SymbolEqualityComparer.Default.Equals(target.Parameter, parameter),
            IIncrementOrDecrementOperation { Target: IParameterReferenceOperation target } => SymbolEqualityComparer.Default.Equals(target.Parameter, parameter),
            _ => false,
        }) == true;

    /// <summary>Whether a method gives its results one by one.</summary>
    public bool IsIterator(IMethodSymbol method)
        => method.ReturnType.OriginalDefinition.SpecialType is SpecialType.System_Collections_Generic_IEnumerable_T or SpecialType.System_Collections_IEnumerable
            && method.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(Token).DescendantNodes().OfType<YieldStatementSyntax>().Any());

    /// <summary>Whether a tensor that a class keeps is assigned outside of its constructors.</summary>
    public bool IsAssigned(ISymbol member)
    {
        if (!assigned.TryGetValue(member, out var isAssigned))
        {
            assigned.Add(member, isAssigned = WrittenCode.Of(member.ContainingType, Compilation, Token)
                .SelectMany(static declaration => declaration.DescendantNodes())
                .Any(node => IsWrite(node, member.Name) && node.FirstAncestorOrSelf<ConstructorDeclarationSyntax>() is null));
        }

        return isAssigned;
    }

    // By name: one too many means that a parameter is followed as what was put there, and not cut.
    private static bool IsWrite(SyntaxNode node, string name) => node switch
    {
        AssignmentExpressionSyntax { Left: TupleExpressionSyntax tuple } => tuple.Arguments.Any(argument => IsNamed(argument.Expression, name)),
        AssignmentExpressionSyntax assignment => IsNamed(assignment.Left, name),
        ArgumentSyntax { RefKindKeyword.RawKind: not 0, Expression: var expression } => IsNamed(expression, name),
        _ => false,
    };

    private static bool IsNamed(ExpressionSyntax expression, string name) => expression switch
    {
        IdentifierNameSyntax identifier => identifier.Identifier.ValueText == name,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText == name,
        _ => false,
    };

    /// <summary>Whether a member of a class may hold one that derives from it and has another forward.</summary>
    public bool IsOverridden(IMethodSymbol forward, INamedTypeSymbol type)
        => !type.IsSealed && candidates.Found.Any(candidate => !SymbolEqualityComparer.Default.Equals(candidate, type)
            && candidate.SelfAndBases().Contains(type, SymbolEqualityComparer.Default)
            && (!SymbolEqualityComparer.Default.Equals(FindForward(candidate, forward.Parameters.Length), forward) || OverridesMore(candidate, type)));

    // Another of the methods that forward may call.
    private static bool OverridesMore(INamedTypeSymbol candidate, INamedTypeSymbol type)
        => candidate.SelfAndBases().TakeWhile(between => !SymbolEqualityComparer.Default.Equals(between, type))
            .Any(static between => between.GetMembers().Any(static member => member is { IsOverride: true, IsImplicitlyDeclared: false } and (IMethodSymbol or IPropertySymbol) && member.DeclaringSyntaxReferences.Length > 0 && member.Name != "Dispose"));

    /// <summary>The method that runs when a virtual one is called on an instance of a class.</summary>
    public static IMethodSymbol Resolve(IMethodSymbol method, INamedTypeSymbol owner)
        => method is { IsVirtual: false, IsAbstract: false, IsOverride: false }
            ? method
            : owner.SelfAndBases().SelectMany(type => type.GetMembers(method.Name).OfType<IMethodSymbol>()).FirstOrDefault(candidate => Overrides(candidate, method)) ?? method;

    private static bool Overrides(IMethodSymbol candidate, IMethodSymbol method)
    {
        for (var current = candidate; current is not null; current = current.OverriddenMethod)
        {
            if (SymbolEqualityComparer.Default.Equals(current.OriginalDefinition, method.OriginalDefinition))
            {
                return true;
            }
        }

        return false;
    }

    private FlowModel? ReadAll(IMethodSymbol forward)
    {
        var methods = new List<FlowMethod>();
        var dispatched = new List<FlowDispatch>();
        if (NameOf(forward, Root, ImmutableHashSet<IParameterSymbol>.Empty) is null)
        {
            return null;
        }

        while (pending.Count > 0 || Dispatch(dispatched))
        {
            while (pending.Count > 0)
            {
                Token.ThrowIfCancellationRequested();
                methods.Add(ReadMethod(pending.Dequeue()));
            }
        }

        // Reading what they hold may need more accessors.
        var holders = Holders.Read().ToEquatableArray();

        return new FlowModel(methods[0], methods.ToEquatableArray(), Access.Accessors.ToEquatableArray(), dispatched.ToEquatableArray(), holders, isBroken);
    }

    // Classes that somebody creates, once anything is called of which the class is not known.
    private bool Dispatch(List<FlowDispatch> dispatched)
    {
        var before = dispatched.Count;

        foreach (var type in NeedsDispatch ? candidates.Take() : [])
        {
            if (FindForward(type, 1) is { } forward
                && ForwardSignature.Read(type) is { Inputs: [var input], Result: var result }
                && FlowTypes.IsTensor(input)
                && FlowTypes.IsTensor(result)
                && NameOf(forward, type, ImmutableHashSet<IParameterSymbol>.Empty) is { } name)
            {
                dispatched.Add(new FlowDispatch(type.ToSource(), name));
            }
        }

        return dispatched.Count > before;
    }

    /// <summary>Whether something is called of which only a call knows the class.</summary>
    public bool NeedsDispatch { get; set; }

    /// <summary>The statements of a method or getter; null where it has none.</summary>
    public IBlockOperation? ReadBlock(IMethodSymbol method)
    {
        var syntax = method.DeclaringSyntaxReferences[0].GetSyntax(Token);

        return Compilation.GetSemanticModel(syntax.SyntaxTree).GetOperation(syntax, Token) switch
        {
            IMethodBodyOperation body => body.BlockBody ?? body.ExpressionBody,
            IBlockOperation block => block,
            _ => null,
        };
    }

    private FlowMethod ReadMethod(MethodKey key)
    {
        var (method, owner, known) = (key.Method, key.Owner, key.Known);
        var syntax = method.DeclaringSyntaxReferences[0].GetSyntax(Token);
        var used = syntax.DescendantNodes().OfType<IdentifierNameSyntax>().Select(static name => name.Identifier.ValueText)
            .Concat(syntax.DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(static declarator => declarator.Identifier.ValueText))
            .Concat(method.Parameters.Select(static parameter => parameter.Name))
            .ToImmutableHashSet();
        var reader = new MethodReader(this, method, owner, known);
        var body = ReadBlock(method);
        isBroken |= body?.Descendants().Any(static operation => operation is IInvalidOperation) == true;
        var norm = owner is not null && method.Name == "forward" ? new RootMeanSquareReader(this).Read(method) : null;

        return new FlowMethod(
            names[key],
            owner?.ToSource(),
            (owner ?? method.ContainingType).Name + "." + (method.AssociatedSymbol ?? method).Name,
            FlowTypes.Of(method.ReturnType),
            method.Parameters.Select(static parameter => new FlowParameter(
                parameter.EscapedName(),
                FlowTypes.Of(parameter.Type),
                parameter.Type.NullableAnnotation == NullableAnnotation.Annotated,
                parameter.RefKind switch { RefKind.Out => "out ", RefKind.Ref => "ref ", _ => "" })).ToEquatableArray(),
            norm is null ? reader.ReadBody(body) : reader.ReadNorm(norm),
            Unused("flow", used),
            Unused("model", used));
    }

    private static string Unused(string name, ICollection<string> used) => used.Contains(name) ? Unused("_" + name, used) : name;

    /// <summary>A method on an instance of a class, with the parameters that are given as known numbers.</summary>
    private sealed class MethodKey(IMethodSymbol method, INamedTypeSymbol? owner, ImmutableHashSet<IParameterSymbol> known) : IEquatable<MethodKey>
    {
        public IMethodSymbol Method { get; } = method;

        public INamedTypeSymbol? Owner { get; } = owner;

        public ImmutableHashSet<IParameterSymbol> Known { get; } = known;

        public bool Equals(MethodKey? other)
            => other is not null
                && SymbolEqualityComparer.Default.Equals(Method, other.Method)
                && SymbolEqualityComparer.Default.Equals(Owner, other.Owner)
                && Known.SetEquals(other.Known);

        public override bool Equals(object? obj) => Equals(obj as MethodKey);

        public override int GetHashCode()
            => unchecked((SymbolEqualityComparer.Default.GetHashCode(Method) * 31) + SymbolEqualityComparer.Default.GetHashCode(Owner) + Known.Count);
    }
}
