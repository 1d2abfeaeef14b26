using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class DistillationOptionsMustBeInRangeTests
{
    private const string Id = "CDSL5002";

    [Theory]
    [InlineData("T = 0", "T is 0; it must be greater than 0 and finite")]
    [InlineData("T = -1.5", "T is -1.5; it must be greater than 0 and finite")]
    [InlineData("T = double.PositiveInfinity", "greater than 0")]
    [InlineData("T = double.NaN", "T is NaN")]
    [InlineData("Alpha = 1.2", "Alpha is 1.2; it must be in [0, 1]")]
    [InlineData("Alpha = -0.1", "in [0, 1]")]
    [InlineData("Divergence = Divergence.JensenShannon, Beta = 1", "Beta is 1; it must be in (0, 1), exclusive, for JensenShannon")]
    [InlineData("Divergence = Divergence.SkewKl, Beta = 0", "for SkewKl")]
    [InlineData("Divergence = Divergence.SkewReverseKl, Beta = -1", "for SkewReverseKl")]
    [InlineData("Divergence = Divergence.Decoupled, Beta = -1", "at least 0")]
    [InlineData("Lambda = 1.5", "Lambda is 1.5; it must be in [0, 1]")]
    [InlineData("Mean = (TeacherMean)7", "Mean is 7; it must be one of Probabilities, Logits")]
    [InlineData("Task = (DistillTask)9", "Task is 9; it must be one of Classification, CausalLanguageModel, MaskedLanguageModel")]
    public async Task Option_outside_of_its_range_is_reported_on_the_attribute(string options, string message)
    {
        var found = await Verify.ReportsAsync(Id, Pair($"[|DistillFrom(typeof(Teacher), {options})|]"));
        Assert.Contains(message, found[0].Message());
    }

    [Fact]
    public async Task Every_option_outside_of_its_range_is_reported()
        => Assert.Equal(2, (await Consumer.AnalyzeAsync(Consumer.Compile(Pair("DistillFrom(typeof(Teacher), T = 0, Alpha = 2)")))).Length);

    [Theory]
    [InlineData("MatchHidden(\"layers\", [|Weight = -1|])", "Weight is -1; it must be at least 0 and finite")]
    [InlineData("MatchHidden(\"layers\", [|Map = (LayerMap)8|])", "Map is 8; it must be one of Identity, EveryOther, Last, Uniform")]
    public async Task Option_of_a_match_outside_of_its_range_is_reported(string attribute, string message)
    {
        var found = await Verify.ReportsAsync(Id, MatchSources.Pair(attribute));
        Assert.Contains(message, found[0].Message());
    }

    [Fact]
    public async Task Second_teacher_that_says_something_about_the_loss_is_reported()
    {
        var found = await Verify.ReportsAsync(Id, MatchSources.Pair("MatchHidden(\"layers\")", "DistillFrom(typeof(Teacher), T = 4), DistillFrom(typeof(Teacher), [|T = 2|])"));
        Assert.Contains("T is 2; it must be said on the first [DistillFrom]", found[0].Message());
    }

    [Theory]
    [InlineData("T = 4, Alpha = 0.7")]
    [InlineData("T = 0.5, Alpha = 0, Task = DistillTask.CausalLanguageModel, Mode = DistillMode.SequenceLevel")]
    [InlineData("Alpha = 1")]
    [InlineData("Divergence = Divergence.JensenShannon, Beta = 0.9")]
    [InlineData("Divergence = Divergence.Decoupled, Beta = 8")]
    [InlineData("Divergence = Divergence.ForwardKl, Beta = 5")]
    public Task Option_in_its_range_is_quiet(string options) => Verify.IsQuietAsync(Pair($"DistillFrom(typeof(Teacher), {options})"));

    [Theory]
    [InlineData("T = ")]
    [InlineData("T = \"0\"")]
    [InlineData("Temperature = 0")]
    public Task Option_that_does_not_compile_is_not_judged(string options) => Verify.IsQuietOnBrokenAsync(Pair($"DistillFrom(typeof(Teacher), {options})"));
}
