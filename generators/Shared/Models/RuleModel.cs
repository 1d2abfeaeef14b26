namespace CompressDsl.Models;

/// <summary>What one sparsity attribute asks for.</summary>
/// <param name="Pattern">The pattern.</param>
/// <param name="Sparsity">The fraction removed, for <see cref="PatternKind.Unstructured"/> and <see cref="PatternKind.Blocks"/>.</param>
/// <param name="N">How many of every <paramref name="M"/> are kept, for <see cref="PatternKind.SemiStructured"/>.</param>
/// <param name="M">The length of a group, for <see cref="PatternKind.SemiStructured"/>.</param>
/// <param name="Rows">The height of a block, for <see cref="PatternKind.Blocks"/>.</param>
/// <param name="Columns">The width of a block, for <see cref="PatternKind.Blocks"/>.</param>
/// <param name="Criterion">The name of the criterion.</param>
/// <param name="Scope">The name of the scope, for <see cref="PatternKind.Unstructured"/>; null where it is the one that the criterion has anyway.</param>
/// <param name="Kernel">The name of the kernel.</param>
/// <param name="Purpose">The name of the purpose.</param>
/// <param name="Gradual">Over which training steps it is reached; null: at once.</param>
internal sealed record RuleModel(
    PatternKind Pattern,
    double Sparsity,
    int N,
    int M,
    int Rows,
    int Columns,
    string Criterion,
    string? Scope,
    string Kernel,
    string Purpose,
    GradualModel? Gradual);

/// <summary>What <c>[Gradual]</c> asks for.</summary>
/// <param name="Steps">Over how many steps the target is reached.</param>
/// <param name="Ramp">The name of the ramp.</param>
/// <param name="Every">After how many steps is pruned again.</param>
/// <param name="Begin">The step before which nothing is pruned.</param>
internal sealed record GradualModel(int Steps, string Ramp, int Every, int Begin);

/// <summary>Which weights go.</summary>
internal enum PatternKind
{
    Unstructured,
    SemiStructured,
    Blocks,
    Dense,
}
