using CompressDsl.Reading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl.Analyzers;

/// <summary>What one creation of a linear layer says of its kernel and its numbers.</summary>
/// <param name="Kernel">The name of its kernel, Unspecified where it has none; null where the code does not say which.</param>
/// <param name="Type">The name of its scalar type; null where the code does not say it.</param>
internal sealed record SparseCreation(string? Kernel, string? Type)
{
    private const string Unspecified = nameof(Unspecified);

    private static readonly SparseCreation Silent = new(Unspecified, Type: null);
    private static readonly SparseCreation Unknown = new(Kernel: null, Type: null);

    /// <summary>What the class of a member creates the layer in it with, for everything that it puts there.</summary>
    /// <remarks>Where nothing is put there, or the member is a list, whose elements are made elsewhere, nothing is said.</remarks>
    public static IEnumerable<SparseCreation> Find(ISymbol member, Compilation compilation, CancellationToken token)
    {
        if (!MemberTypes.IsLinear(MemberReader.TypeOf(member)))
        {
            return [Silent];
        }

        if (!member.DeclaringSyntaxReferences.Any(reference => compilation.ContainsSyntaxTree(reference.SyntaxTree)))
        {
            return [Unknown];
        }

        var isSetLater = IsKernelSet(member, compilation, token);

        return Creations.Find(member, compilation, token)
            .Select(creation => creation is null ? Unknown : Read(creation, isSetLater, token))
            .DefaultIfEmpty(Silent);
    }

    private static SparseCreation Read(Creation creation, bool isSetLater, CancellationToken token)
    {
        var (kernel, type) = (FindKernel(creation), creation.Argument("dtype"));

        return new(
            isSetLater ? null : kernel is null ? Unspecified : NameOf(kernel, creation.Model, token),
            type is null ? null : NameOf(type, creation.Model, token));
    }

    // A property that is set in the braces is set after the constructor.
    private static ExpressionSyntax? FindKernel(Creation creation)
        => (creation.Expression as BaseObjectCreationExpressionSyntax)?.Initializer?.Expressions.OfType<AssignmentExpressionSyntax>()
            .FirstOrDefault(static assignment => assignment.Left is IdentifierNameSyntax { Identifier.ValueText: "Kernel" })?.Right
            ?? creation.Argument("kernel");

    /// <summary>Whether the class says <c>member.Kernel = …</c> somewhere.</summary>
    private static bool IsKernelSet(ISymbol member, Compilation compilation, CancellationToken token)
        => WrittenCode.FindAssignments(member.ContainingType, compilation, token)
            .Any(assignment => assignment.Left is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Kernel", Expression: var owner }
                && SymbolEqualityComparer.Default.Equals(
                    compilation.GetSemanticModel(owner.SyntaxTree).GetSymbolInfo(owner, token).Symbol?.OriginalDefinition, member.OriginalDefinition));

    /// <summary>The name of the constant of an enum that an expression means; null for any other expression.</summary>
    private static string? NameOf(ExpressionSyntax expression, SemanticModel model, CancellationToken token)
    {
        var constants = model.GetTypeInfo(expression, token).Type?.GetMembers().OfType<IFieldSymbol>().Where(static member => member.HasConstantValue);

        // torch.float64 and its like are variables to the compiler, with the names of the constants but for case.
        return model.GetConstantValue(expression, token) is { HasValue: true, Value: { } value }
            ? constants?.FirstOrDefault(constant => Equals(constant.ConstantValue, value))?.Name
            : model.GetSymbolInfo(expression, token).Symbol is IFieldSymbol { Name: var name, ContainingType: var type } && type.HasMetadataName(KnownNames.Torch)
                ? constants?.FirstOrDefault(constant => string.Equals(constant.Name, name, StringComparison.OrdinalIgnoreCase))?.Name
            : null;
    }
}
