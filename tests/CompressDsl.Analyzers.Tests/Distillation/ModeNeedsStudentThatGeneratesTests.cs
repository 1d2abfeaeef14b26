using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class ModeNeedsStudentThatGeneratesTests
{
    private const string Id = "CDSL5020";

    [Theory]
    [InlineData("OnPolicy")]
    [InlineData("SequenceLevel")]
    [InlineData("Pretraining")]
    public async Task Classifier_that_is_to_write_is_reported(string mode)
    {
        var found = await Verify.ReportsAsync(Id, Pair($"DistillFrom(typeof(Teacher), [|Mode = DistillMode.{mode}|])"));
        Assert.Contains("Task is Classification", found[0].Message());
    }

    [Theory]
    [InlineData("Mode = DistillMode.Response")]
    [InlineData("Mode = DistillMode.OnPolicy, Lambda = 1, Task = DistillTask.CausalLanguageModel")]
    [InlineData("Mode = DistillMode.Pretraining, Task = DistillTask.CausalLanguageModel")]
    public Task Student_that_writes_is_quiet(string options) => Verify.IsQuietAsync(Pair($"DistillFrom(typeof(Teacher), {options})"));
}
