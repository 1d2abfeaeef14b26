using Microsoft.CodeAnalysis;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class TemperatureMustSoftenTests
{
    private const string Id = "CDSL5003";

    [Theory]
    [InlineData("T = 1")]
    [InlineData("T = 1.0, Alpha = 0.9, Divergence = Divergence.ReverseKl")]
    public async Task Temperature_of_one_is_suggested_about_on_the_attribute(string options)
    {
        var found = await Verify.ReportsAsync(Id, Pair($"[|DistillFrom(typeof(Teacher), {options})|]"));
        Assert.Equal(DiagnosticSeverity.Info, found[0].Severity);
    }

    [Fact]
    public Task Of_several_teachers_the_first_is_pointed_at()
        => Verify.ReportsAsync(Id, MatchSources.Pair("MatchHidden(\"layers\")", "DistillFrom(typeof(Teacher), T = 1), DistillFrom(typeof(Inner))")
            .Replace("DistillFrom(typeof(Teacher), T = 1)", "[|DistillFrom(typeof(Teacher), T = 1)|]"));

    [Theory]
    [InlineData("T = 2")]
    [InlineData("T = 0.9")]
    [InlineData("Alpha = 1")]
    [InlineData("T = 1, Divergence = Divergence.MeanSquaredLogits")]
    [InlineData("T = 1, Alpha = 0, Task = DistillTask.CausalLanguageModel, Mode = DistillMode.SequenceLevel")]
    public Task Another_temperature_and_a_loss_without_one_are_quiet(string options) => Verify.IsQuietAsync(Pair($"DistillFrom(typeof(Teacher), {options})"));

    [Fact]
    public Task Attribute_that_does_not_compile_is_not_judged() => Verify.IsQuietOnBrokenAsync(Pair("DistillFrom(typeof(Nobody), T = 1)"));
}
