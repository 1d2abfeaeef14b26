using System.Globalization;
using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes what the structure attributes of a class add to its <c>Compression</c>.</summary>
internal static class StructureWriter
{
    public static void WriteInitializations(CodeWriter code, CompressionModel model)
    {
        foreach (var structure in model.Structures)
        {
            var (name, held) = (NameOf(model, structure), structure.Member is null ? "" : $", () => model.{structure.Member}");
            var method = structure.Kind == StructureKind.Layers ? "AddLayers" : "AddStructure";
            code.Line($"this.{name} = {method}(\"{(structure.Member ?? name).TrimStart('@')}\", {Rule(structure)}{held}{Heads(structure)});");
        }
    }

    public static void WriteMembers(CodeWriter code, CompressionModel model)
    {
        foreach (var structure in model.Structures)
        {
            var name = NameOf(model, structure);
            var type = structure.Kind == StructureKind.Layers ? "LayerSite" : "StructureSite";
            code.Line();
            code.Line($"/// <summary><c>{Describe(structure)}</c>{(structure.Member is null ? "" : $" for <c>{structure.Member}</c>")}.</summary>");
            CoupledGroupWriter.WriteRemarks(code, structure);
            code.Line($"public {CompressionWriter.Hiding(name)}global::CompressDsl.{type} {name} {{ get; }}");
        }
    }

    // The member's own name, unless that is taken for what a sparsity attribute or the class of what it holds says.
    private static string NameOf(CompressionModel model, StructureModel structure) => structure.Member switch
    {
        null => structure.Kind.ToString(),
        var member when model.Members.Any(other => other.Name == member) => member + structure.Kind,
        var member => member,
    };

    private static string Rule(StructureModel structure)
    {
        var arguments = new[]
        {
            structure.Ratio is { } ratio ? CodeWriter.Literal(ratio) : null,
            structure.Keep is { } keep ? $"keep: {keep.ToString(CultureInfo.InvariantCulture)}" : null,
            $"criterion: global::CompressDsl.Criterion.{structure.Criterion}",
            structure.Scope is { } scope ? $"scope: global::CompressDsl.Scope.{scope}" : null,
            structure.RoundTo == 1 ? null : $"roundTo: {structure.RoundTo.ToString(CultureInfo.InvariantCulture)}",
        };

        return $"global::CompressDsl.StructureRule.{structure.Kind}({string.Join(", ", arguments.OfType<string>())})";
    }

    private static string Heads(StructureModel structure)
        => structure.Roles is { } roles && (roles.Query ?? roles.Output) is not null
            ? $", heads: new global::CompressDsl.HeadLayers({Layer(roles.Query)}, {Layer(roles.Output)})"
            : "";

    private static string Layer(string? member) => member is null ? "null" : $"() => model.{member}";

    private static string Describe(StructureModel structure)
        => $"[Prune{structure.Kind}({(structure.Ratio is { } ratio ? ratio.ToString("R", CultureInfo.InvariantCulture) : $"Keep = {structure.Keep}")})]";
}
