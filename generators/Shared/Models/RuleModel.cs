namespace CompressDsl.Models;

/// <summary>What one sparsity attribute asks for.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Sparsity">The fraction removed, for <see cref="PatternKind.Unstructured"/>.</param>
/// <param name="N">How many of every <paramref name="M"/> are kept, for <see cref="PatternKind.SemiStructured"/>.</param>
/// <param name="M">The length of a group, for <see cref="PatternKind.SemiStructured"/>.</param>
/// <param name="Criterion">The name of the criterion.</param>
/// <param name="Scope">The name of the scope, for <see cref="PatternKind.Unstructured"/>.</param>
/// <param name="Kernel">The name of the kernel.</param>
/// <param name="Purpose">The name of the purpose.</param>
internal sealed record RuleModel(
    PatternKind Pattern,
    double Sparsity,
    int N,
    int M,
    string Criterion,
    string Scope,
    string Kernel,
    string Purpose);

/// <summary>Which weights go.</summary>
internal enum PatternKind
{
    Unstructured,
    SemiStructured,
    Dense,
}
