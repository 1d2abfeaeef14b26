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
    private readonly Dictionary<(IMethodSymbol Method, INamedTypeSymbol? Owner), string> names = new(MethodKeyComparer.Instance);
    private readonly Queue<(IMethodSymbol Method, INamedTypeSymbol? Owner)> pending = new();
    private readonly HashSet<(string Name, string? Owner)> taken = [];
    private readonly FlowCandidates candidates;

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

    /// <summary>The flow of a class; null where its forward has no source here.</summary>
    public static FlowModel? Read(INamedTypeSymbol type, Compilation compilation, CancellationToken token)
    {
        var reader = new FlowReader(type, compilation, token);

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
    public string? NameOf(IMethodSymbol method, INamedTypeSymbol? owner)
    {
        var definition = method.OriginalDefinition;

        if (owner is not null && (!Access.CanName(owner) || (owner.IsGenericType && !SymbolEqualityComparer.Default.Equals(owner.OriginalDefinition, Root))))
        {
            return null;
        }

        if (definition.IsGenericMethod || definition.IsAsync || definition.Parameters.Any(static parameter => parameter.RefKind is not (RefKind.None or RefKind.In)))
        {
            return null;
        }

        var key = (definition, owner);

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

    private FlowModel ReadAll(IMethodSymbol forward)
    {
        var methods = new List<FlowMethod>();
        var dispatched = new List<FlowDispatch>();
        NameOf(forward, Root);

        while (pending.Count > 0 || Dispatch(dispatched))
        {
            while (pending.Count > 0)
            {
                Token.ThrowIfCancellationRequested();
                var (method, owner) = pending.Dequeue();
                methods.Add(ReadMethod(method, owner));
            }
        }

        // Reading what they hold may need more accessors.
        var holders = Holders.Read().ToEquatableArray();

        return new FlowModel(methods[0], methods.ToEquatableArray(), Access.Accessors.ToEquatableArray(), dispatched.ToEquatableArray(), holders);
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
                && NameOf(forward, type) is { } name)
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

    private FlowMethod ReadMethod(IMethodSymbol method, INamedTypeSymbol? owner)
    {
        var syntax = method.DeclaringSyntaxReferences[0].GetSyntax(Token);
        var used = syntax.DescendantNodes().OfType<IdentifierNameSyntax>().Select(static name => name.Identifier.ValueText)
            .Concat(syntax.DescendantNodes().OfType<VariableDeclaratorSyntax>().Select(static declarator => declarator.Identifier.ValueText))
            .Concat(method.Parameters.Select(static parameter => parameter.Name))
            .ToImmutableHashSet();
        var reader = new MethodReader(this, method, owner);
        var norm = owner is not null && method.Name == "forward" ? new RootMeanSquareReader(this).Read(method) : null;

        return new FlowMethod(
            names[(method, owner)],
            owner?.ToSource(),
            (owner ?? method.ContainingType).Name + "." + (method.AssociatedSymbol ?? method).Name,
            FlowTypes.Of(method.ReturnType),
            method.Parameters.Select(static parameter => new FlowParameter(parameter.EscapedName(), FlowTypes.Of(parameter.Type))).ToEquatableArray(),
            norm is null ? reader.ReadBody(ReadBlock(method)) : reader.ReadNorm(norm),
            Unused("flow", used),
            Unused("model", used));
    }

    private static string Unused(string name, ICollection<string> used) => used.Contains(name) ? Unused("_" + name, used) : name;

    private sealed class MethodKeyComparer : IEqualityComparer<(IMethodSymbol Method, INamedTypeSymbol? Owner)>
    {
        public static readonly MethodKeyComparer Instance = new();

        public bool Equals((IMethodSymbol Method, INamedTypeSymbol? Owner) x, (IMethodSymbol Method, INamedTypeSymbol? Owner) y)
            => SymbolEqualityComparer.Default.Equals(x.Method, y.Method) && SymbolEqualityComparer.Default.Equals(x.Owner, y.Owner);

        public int GetHashCode((IMethodSymbol Method, INamedTypeSymbol? Owner) key)
            => unchecked((SymbolEqualityComparer.Default.GetHashCode(key.Method) * 31) + SymbolEqualityComparer.Default.GetHashCode(key.Owner));
    }
}
