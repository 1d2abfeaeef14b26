using System.Globalization;
using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes a rule: as the expression that makes it, and as the attribute that it came from.</summary>
internal static class RuleWriter
{
    private const string Rule = "global::CompressDsl.SparsityRule";

    public static string WriteOrNull(RuleModel? rule) => rule is null ? "rule: null" : Write(rule);

    /// <summary>The factory call, with the options that are not the default: <c>SparsityRule.Unstructured(0.5, scope: Scope.PerRow)</c>.</summary>
    public static string Write(RuleModel rule) => rule.Pattern switch
    {
        PatternKind.Unstructured => $"{Rule}.Unstructured({CodeWriter.Literal(rule.Sparsity)}{Options(rule)}){Gradually(rule)}",
        PatternKind.SemiStructured => $"{Rule}.SemiStructured({Number(rule.N)}, {Number(rule.M)}{Options(rule)}){Gradually(rule)}",
        PatternKind.Blocks => $"{Rule}.BlockSparse({CodeWriter.Literal(rule.Sparsity)}, {Number(rule.Rows)}, {Number(rule.Columns)}{Options(rule)}){Gradually(rule)}",
        _ => $"{Rule}.KeepDense",
    };

    /// <summary>The attribute, without its options: <c>[Sparsity(0.5)]</c>.</summary>
    public static string Describe(RuleModel rule) => rule.Pattern switch
    {
        PatternKind.Unstructured => $"[Sparsity({Number(rule.Sparsity)}){Beside(rule)}]",
        PatternKind.SemiStructured => $"[SemiStructured({Number(rule.N)}, {Number(rule.M)}){Beside(rule)}]",
        PatternKind.Blocks => $"[BlockSparsity({Number(rule.Sparsity)}, {Number(rule.Rows)}, {Number(rule.Columns)}){Beside(rule)}]",
        _ => "[KeepDense]",
    };

    private static string Options(RuleModel rule)
        => Option("criterion", "Criterion", rule.Criterion, "Magnitude")
            + Option("scope", "Scope", rule.Scope, null)
            + Option("kernel", "SparseKernel", rule.Kernel, "Unspecified")
            + Option("purpose", "Purpose", rule.Purpose, "Speed");

    private static string Gradually(RuleModel rule) => rule.Gradual is not { } gradual ? ""
        : $".Gradually(new global::CompressDsl.GradualSchedule({Number(gradual.Steps)}{Option("Ramp", "Ramp", gradual.Ramp, "Cubic")}"
            + $"{Option("Every", gradual.Every, 10)}{Option("Begin", gradual.Begin, 0)}))";

    private static string Beside(RuleModel rule) => rule.Gradual is { } gradual ? $", Gradual(Steps = {Number(gradual.Steps)})" : "";

    private static string Option(string parameter, string type, string? value, string? otherwise)
        => value == otherwise ? "" : $", {parameter}: global::CompressDsl.{type}.{value}";

    private static string Option(string parameter, int value, int otherwise) => value == otherwise ? "" : $", {parameter}: {Number(value)}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
