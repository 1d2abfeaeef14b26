using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>What a callable module takes and gives.</summary>
/// <param name="Inputs">The types of the inputs.</param>
/// <param name="Names">The names that the class's own forward gives them.</param>
/// <param name="Result">The type of the output.</param>
internal sealed record ForwardSignature(ImmutableArray<ITypeSymbol> Inputs, ImmutableArray<string> Names, ITypeSymbol Result)
{
    /// <summary>Reads it from the base class <c>torch.nn.Module&lt;T1, …, TResult&gt;</c>; null where there is none.</summary>
    public static ForwardSignature? Read(INamedTypeSymbol type)
    {
        var callable = type.SelfAndBases().FirstOrDefault(static candidate =>
            candidate is { Name: "Module", Arity: >= 2 } && candidate.BaseType?.BaseType.HasMetadataName(KnownNames.Module) == true);

        if (callable is null)
        {
            return null;
        }

        var inputs = callable.TypeArguments.RemoveAt(callable.Arity - 1);
        var forward = type.SelfAndBases()
            .SelectMany(static candidate => candidate.GetMembers("forward").OfType<IMethodSymbol>())
            .FirstOrDefault(method => method.IsOverride && method.Parameters.Length == inputs.Length);
        var names = forward is null
            ? inputs.Select(static (_, index) => $"input{index + 1}")
            : forward.Parameters.Select(static parameter => parameter.Name);

        return new ForwardSignature(inputs, names.ToImmutableArray(), callable.TypeArguments[callable.Arity - 1]);
    }

    /// <summary>Whether a class can be called and has, or inherits, a forward with a body.</summary>
    public static bool HasForward(INamedTypeSymbol type)
        => Read(type) is { Inputs.Length: var inputs }
            && type.SelfAndBases()
                .SelectMany(static candidate => candidate.GetMembers("forward").OfType<IMethodSymbol>())
                .FirstOrDefault(method => method.Parameters.Length == inputs) is { IsAbstract: false };

    /// <summary>
    /// What leads from the output to the logits: nothing for a tensor, the element for a tuple that has one named <c>logits</c>; null
    /// where the output holds no logits that can be found.
    /// </summary>
    public string? LogitsPath => Result switch
    {
        _ when Result.HasMetadataName(KnownNames.Tensor) => "",
        INamedTypeSymbol { IsTupleType: true } tuple => tuple.TupleElements
            .Where(static element => string.Equals(element.Name, "logits", StringComparison.OrdinalIgnoreCase) && element.Type.HasMetadataName(KnownNames.Tensor))
            .Select(static element => "." + element.Name)
            .FirstOrDefault(),
        _ => null,
    };

    /// <summary>What keeps a class from putting out logits when it is called, in words; null where nothing does.</summary>
    public static string? FindObstacle(ITypeSymbol type) => type switch
    {
        _ when !type.IsModule() => "it does not derive from torch.nn.Module",
        INamedTypeSymbol named when Read(named) is { LogitsPath: not null } => null,
        INamedTypeSymbol named when Read(named) is { Result: var result }
            => $"its forward returns '{result.ToShortName()}', and logits are a Tensor or the Tensor named 'logits' of a tuple",
        _ => "it derives from torch.nn.Module, but from none of the Module<…, TResult> that can be called",
    };

    /// <summary>Whether both take the same inputs; the names of tuple elements and what may be null do not matter.</summary>
    public bool TakesTheSameAs(ForwardSignature other, Compilation compilation)
        => Inputs.Length == other.Inputs.Length
            && Inputs.Zip(other.Inputs, (left, right) => compilation.ClassifyCommonConversion(left, right).IsIdentity).All(static same => same);
}
