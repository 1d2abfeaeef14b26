using static CompressDsl.Analyzers.Tests.TrainingSources;

namespace CompressDsl.Analyzers.Tests;

public class SoftmaxMustRunOverClassesTests
{
    private const string Id = "CDSL5016";

    [Theory]
    [InlineData("[|student.call(x).softmax(1)|]", "CausalLanguageModel")]
    [InlineData("[|student.call(x).log_softmax(0)|]", "MaskedLanguageModel")]
    [InlineData("[|functional.softmax(teacher.call(x) / 2.0, -2)|]", "CausalLanguageModel")]
    [InlineData("[|torch.softmax(teacher.call(x).detach().div(4), 1)|]", "CausalLanguageModel")]
    [InlineData("[|special.log_softmax(student.call(x), 0)|]", "Classification")]
    public async Task Softmax_over_another_axis_is_reported_on_the_call(string expression, string task)
    {
        var found = await Verify.ReportsAsync(Id, Pair($"return {expression};", task));
        Assert.Contains("the classes are the last axis", found[0].Message());
    }

    [Fact]
    public Task Logits_are_followed_through_a_variable()
        => Verify.ReportsAsync(Id, Pair("var logits = student.call(x).to(float32); return [|(logits / temperature).log_softmax(1)|];", "CausalLanguageModel"));

    [Theory]
    [InlineData("return [|student.call(x).logits.softmax(1)|];")]
    [InlineData("var output = student.call(x); return [|output.logits.softmax(1)|];")]
    public Task Logits_of_a_tuple_are_logits(string body)
        => Verify.ReportsAsync(Id, Pair(body, "CausalLanguageModel", ("(Tensor logits, Tensor hidden)", "(head.call(x), x)")));

    [Theory]
    [InlineData("return student.call(x).softmax(-1);", "CausalLanguageModel")]
    [InlineData("return student.call(x).softmax(2);", "CausalLanguageModel")]
    [InlineData("return student.call(x).softmax(1);", "Classification")]
    [InlineData("return other.call(x).softmax(1);", "CausalLanguageModel")]
    [InlineData("return student.call(x).view(-1, 10).softmax(1);", "CausalLanguageModel")]
    [InlineData("return student.call(x).softmax(labels.dim());", "CausalLanguageModel")]
    [InlineData("var logits = student.call(x); logits = logits[0]; return logits.softmax(1);", "CausalLanguageModel")]
    public Task Classes_and_what_may_have_other_axes_are_quiet(string body, string task) => Verify.IsQuietAsync(Pair(body, task));
}
