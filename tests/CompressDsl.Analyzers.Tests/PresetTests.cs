using System.Xml.Linq;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers.Tests;

/// <summary>The presets say of every rule what the catalogue makes of it, the build files know them, and users go before them.</summary>
/// <remarks><c>COMPRESSDSL_ACCEPT=1</c> writes the files, except where CI is set.</remarks>
public class PresetTests
{
    public static TheoryData<string> Names => [.. RulePreset.All.Select(static preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void File_is_what_the_catalogue_says(string name)
    {
        var preset = Preset(name);
        var written = preset.Write(CatalogueTests.Descriptors);

        if (Environment.GetEnvironmentVariable("COMPRESSDSL_ACCEPT") == "1" && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("CI")))
        {
            File.WriteAllText(preset.File, written);
        }

        var found = File.Exists(preset.File) ? File.ReadAllText(preset.File).ReplaceLineEndings("\n") : "";
        Assert.True(found == written, $"'{preset.File}' does not follow from the catalogue. COMPRESSDSL_ACCEPT=1 writes it, outside of CI; it should be\n{written}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Compiler_reads_every_severity_from_it(string name)
    {
        var preset = Preset(name);
        var options = Configs(preset).GlobalConfigOptions.TreeOptions;

        Assert.Equal(CatalogueTests.Descriptors.Count(), options.Count);
        Assert.All(CatalogueTests.Descriptors, rule => Assert.Equal(preset.SeverityOf(rule.DefaultSeverity), options[rule.Id]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Line_of_the_user_goes_before_it(string name)
    {
        const string line = "dotnet_diagnostic.CDSL2001.severity = suggestion\n";
        var preset = Preset(name);

        var inFolder = Configs(preset, AnalyzerConfig.Parse("[*.cs]\n" + line, "/src/.editorconfig")).GetOptionsForSourcePath("/src/Net.cs").TreeOptions;
        var inGlobal = Configs(preset, AnalyzerConfig.Parse("is_global = true\n" + line, "/src/mine.globalconfig")).GlobalConfigOptions.TreeOptions;

        Assert.Equal(ReportDiagnostic.Info, inFolder["CDSL2001"]);
        Assert.Equal(ReportDiagnostic.Info, inGlobal["CDSL2001"]);
    }

    [Fact]
    public void Recommended_is_what_one_gets_without_a_word()
        => Assert.All(CatalogueTests.Descriptors, static rule => Assert.Equal(rule.DefaultSeverity switch
        {
            DiagnosticSeverity.Error => ReportDiagnostic.Error,
            DiagnosticSeverity.Warning => ReportDiagnostic.Warn,
            _ => ReportDiagnostic.Info,
        }, Preset("recommended").SeverityOf(rule.DefaultSeverity)));

    [Fact]
    public void Folder_holds_these_and_the_build_files_name_them()
    {
        var folder = Path.GetDirectoryName(RulePreset.All[0].File)!;
        var build = XDocument.Load(Path.Combine(folder, "..", "CompressDsl.targets"));
        var known = build.Descendants("_CompressDslPresets").Single().Value;

        Assert.Equal(RulePreset.All.Select(static preset => preset.Name + ".globalconfig").Order(), Directory.GetFiles(folder).Select(Path.GetFileName).Order());
        Assert.Equal(RulePreset.All.Select(static preset => preset.Name), known.Split(';'));
    }

    [Fact]
    public void Every_page_says_how_the_severity_of_its_rule_is_set()
        => Assert.All(CatalogueTests.Descriptors, static rule => Assert.Contains($"dotnet_diagnostic.{rule.Id}.severity", CatalogueTests.ReadPage(rule.Id), StringComparison.Ordinal));

    private static RulePreset Preset(string name) => RulePreset.All.Single(preset => preset.Name == name);

    private static AnalyzerConfigSet Configs(RulePreset preset, params AnalyzerConfig[] ofUser)
        => AnalyzerConfigSet.Create<AnalyzerConfig[]>([AnalyzerConfig.Parse(File.ReadAllText(preset.File), preset.File), .. ofUser], out _);
}
