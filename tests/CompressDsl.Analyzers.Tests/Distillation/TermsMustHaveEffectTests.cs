using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class TermsMustHaveEffectTests
{
    private const string Id = "CDSL5004";

    [Theory]
    [InlineData("Alpha = 0")]
    [InlineData("T = 3, Alpha = 0, Task = DistillTask.CausalLanguageModel, Mode = DistillMode.OnPolicy")]
    public async Task Soft_term_that_weighs_nothing_is_reported_on_the_attribute(string options)
    {
        var found = await Verify.ReportsAsync(Id, Pair($"[|DistillFrom(typeof(Teacher), {options})|]"));
        Assert.Equal("Alpha = 0 multiplies the soft term by nothing: 'Student' learns from the labels alone", found[0].Message());
    }

    [Theory]
    [InlineData("MatchHidden(\"layers\", [|Weight = 0|])")]
    [InlineData("MatchHidden(\"layers\"), MatchHidden(\"layers\", [|Weight = 0.0|], Loss = HiddenLoss.Cosine)")]
    public async Task Match_that_weighs_nothing_is_reported_on_its_weight(string attribute)
    {
        var found = await Verify.ReportsAsync(Id, MatchSources.Pair(attribute));
        Assert.Contains("Weight = 0 multiplies the term of 'layers' by nothing", found[0].Message());
    }

    [Theory]
    [InlineData("Alpha = 0.01")]
    [InlineData("Alpha = 1")]
    [InlineData("T = 4")]
    [InlineData("Alpha = 0, Task = DistillTask.CausalLanguageModel, Mode = DistillMode.SequenceLevel")]
    public Task Teacher_that_teaches_is_quiet(string options) => Verify.IsQuietAsync(Pair($"DistillFrom(typeof(Teacher), {options})"));

    [Fact]
    public Task Features_alone_are_quiet() => Verify.IsQuietAsync(MatchSources.Pair("MatchHidden(\"layers\")", "DistillFrom(typeof(Teacher), Alpha = 0)"));

    [Fact]
    public Task Attribute_that_does_not_compile_is_not_judged() => Verify.IsQuietOnBrokenAsync(Pair("DistillFrom(typeof(Teacher), Alpha = nothing)"));
}
