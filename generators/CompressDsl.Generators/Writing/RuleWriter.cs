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
        PatternKind.Unstructured => $"{Rule}.Unstructured({CodeWriter.Literal(rule.Sparsity)}{Options(rule)})",
        PatternKind.SemiStructured => $"{Rule}.SemiStructured({Number(rule.N)}, {Number(rule.M)}{Options(rule)})",
        _ => $"{Rule}.KeepDense",
    };

    /// <summary>The attribute, without its options: <c>[Sparsity(0.5)]</c>.</summary>
    public static string Describe(RuleModel rule) => rule.Pattern switch
    {
        PatternKind.Unstructured => $"[Sparsity({rule.Sparsity.ToString("R", CultureInfo.InvariantCulture)})]",
        PatternKind.SemiStructured => $"[SemiStructured({Number(rule.N)}, {Number(rule.M)})]",
        _ => "[KeepDense]",
    };

    private static string Options(RuleModel rule)
        => Option("criterion", "Criterion", rule.Criterion, "Magnitude")
            + (rule.Pattern == PatternKind.Unstructured ? Option("scope", "Scope", rule.Scope, "PerLayer") : "")
            + Option("kernel", "SparseKernel", rule.Kernel, "Unspecified")
            + Option("purpose", "Purpose", rule.Purpose, "Speed");

    private static string Option(string parameter, string type, string value, string otherwise)
        => value == otherwise ? "" : $", {parameter}: global::CompressDsl.{type}.{value}";

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
