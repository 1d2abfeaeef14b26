using System.Text;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers.Tests;

/// <summary>A choice of severities for all rules: a global analyzer config that travels in the package, written from the catalogue.</summary>
/// <param name="Name">What <c>CompressDslRules</c> says to choose it.</param>
/// <param name="Words">What it is for, a line each.</param>
/// <param name="SeverityOf">What becomes of the severity of a rule.</param>
internal sealed record RulePreset(string Name, string[] Words, Func<DiagnosticSeverity, ReportDiagnostic> SeverityOf)
{
    public static readonly IReadOnlyList<RulePreset> All =
    [
        new(
            "recommended",
            ["The severities of the catalogue, whatever is said of all analyzers or of a category."],
            static severity => severity switch
            {
                DiagnosticSeverity.Error => ReportDiagnostic.Error,
                DiagnosticSeverity.Warning => ReportDiagnostic.Warn,
                _ => ReportDiagnostic.Info,
            }),
        new(
            "strict",
            ["One step up: what was a suggestion is a warning, and what was a warning is an error."],
            static severity => severity == DiagnosticSeverity.Info ? ReportDiagnostic.Warn : ReportDiagnostic.Error),
        new(
            "none",
            ["Not a word. An error that is not seen is one all the same: nothing is generated for a class that breaks the rule,", "and the compiler only misses what is not there."],
            static _ => ReportDiagnostic.Suppress),
    ];

    /// <summary>Where it stands.</summary>
    public string File => Path.Combine(Repository.Root, "src", "CompressDsl", "buildTransitive", "rules", Name + ".globalconfig");

    /// <summary>What the file says, as it follows from the rules.</summary>
    public string Write(IEnumerable<DiagnosticDescriptor> rules)
    {
        var text = new StringBuilder($"# <CompressDslRules>{Name}</CompressDslRules>\n");

        foreach (var line in Words)
        {
            text.Append($"# {line}\n");
        }

        // Below what users say in a .globalconfig (100) or in one of another name (0); a line in their .editorconfig goes before all of these.
        text.Append("# Written from the catalogue by PresetTests.\n\nis_global = true\nglobal_level = -1\n");

        foreach (var rule in rules)
        {
            text.Append($"\n# {rule.Title}\ndotnet_diagnostic.{rule.Id}.severity = {Spell(SeverityOf(rule.DefaultSeverity))}\n");
        }

        return text.ToString();
    }

    private static string Spell(ReportDiagnostic severity) => severity switch
    {
        ReportDiagnostic.Error => "error",
        ReportDiagnostic.Warn => "warning",
        ReportDiagnostic.Info => "suggestion",
        _ => "none",
    };
}
