using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class TeacherMustBeCallableModuleTests
{
    private const string Id = "CDSL5001";

    [Theory]
    [InlineData("typeof(string)", "it does not derive from torch.nn.Module")]
    [InlineData("typeof(int[])", "it does not derive from torch.nn.Module")]
    [InlineData("typeof(torch)", "it does not derive from torch.nn.Module")]
    [InlineData("null!", "'null'")]
    [InlineData("typeof(Module)", "can be called")]
    [InlineData("typeof(ModuleList<Linear>)", "can be called")]
    [InlineData("typeof(Sequential<,>)", "open generic type")]
    [InlineData("typeof(LSTM)", "logits")]
    public async Task Type_that_cannot_teach_is_reported_with_the_reason(string teacher, string reason)
    {
        var found = await Verify.ReportsAsync(Id, Pair($"[|DistillFrom({teacher})|]"));
        Assert.Contains(reason, found[0].Message());
    }

    [Theory]
    [InlineData("typeof(string)", "it does not derive from torch.nn.Module")]
    [InlineData("typeof(Sequential<,>)", "open generic type")]
    [InlineData("typeof(ModuleList<>)", "open generic type")]
    [InlineData("null!", "'null'")]
    public async Task Type_that_nobody_can_start_from_is_reported_with_the_reason(string teacher, string reason)
    {
        var found = await Verify.ReportsAsync(Id, Pair($"[|InitializeFrom({teacher})|]"));
        Assert.Contains(reason, found[0].Message());
    }

    [Theory]
    [InlineData("typeof(Teacher)")]
    [InlineData("teacher: typeof(Teacher)")]
    [InlineData("typeof(Linear)")]
    [InlineData("typeof(Sequential)")]
    [InlineData("typeof(Module<Tensor, Tensor>)")]
    [InlineData("typeof(Student)")]
    public Task Module_that_puts_out_logits_is_quiet(string teacher) => Verify.IsQuietAsync(Pair($"DistillFrom({teacher})"));

    [Theory]
    [InlineData("typeof(Missing)")]
    [InlineData("typeof(Missing<>)")]
    [InlineData("typeof()")]
    [InlineData("")]
    [InlineData("typeof(Broken)")]
    [InlineData("\"Teacher\"")]
    public async Task Teacher_that_does_not_resolve_is_not_judged(string teacher)
    {
        await Verify.IsQuietOnBrokenAsync(Pair($"DistillFrom({teacher})"), "public class Broken : Modul<Tensor, Tensor>;");
        await Verify.IsQuietOnBrokenAsync(Pair($"InitializeFrom({teacher})"), "public class Broken : Modul<Tensor, Tensor>;");
    }
}
