using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class OutputWidthsMustAgreeTests
{
    private const string Id = "CDSL5006";

    [Fact]
    public async Task Different_constant_widths_are_reported()
    {
        var found = await Verify.ReportsAsync(Id, Pair("[|DistillFrom(typeof(Teacher))|]", "30522", "50257"));
        Assert.StartsWith("The teacher 'Teacher' puts out 30522 classes and the student 'Student' puts out 50257", found[0].Message());
    }

    [Theory]
    [InlineData("public override Tensor forward(Tensor x) { using var scope = NewDisposeScope(); return head.call(x).MoveToOuterDisposeScope(); }")]
    [InlineData("public override Tensor forward(Tensor x) { if (x.dim() > 1) { return head.call(x); } return this.head.forward(x); }")]
    public Task Width_is_seen_through_statements(string forward)
        => Verify.ReportsAsync(Id, Pair("[|DistillFrom(typeof(Teacher))|]", "20", teacherForward: forward));

    [Theory]
    [InlineData("DistillFrom(typeof(Teacher))", "10")]
    [InlineData("DistillFrom(typeof(Teacher), Vocabulary = Vocabulary.Truncate)", "20")]
    [InlineData("DistillFrom(typeof(Teacher))", "int.Parse(\"20\")")]
    public Task Equal_or_unknown_widths_and_a_policy_are_quiet(string attribute, string teacherWidth)
        => Verify.IsQuietAsync(Pair(attribute, teacherWidth));

    [Theory]
    [InlineData("public override Tensor forward(Tensor x) => x;")]
    [InlineData("public override Tensor forward(Tensor x) => head.call(x).narrow(1, 0, 10);")]
    [InlineData("public override Tensor forward(Tensor x) { if (x.dim() > 1) { return head.call(x); } return x; }")]
    [InlineData("public override Tensor forward(Tensor x) => throw new NotSupportedException();")]
    public Task Width_that_the_code_does_not_show_is_quiet(string forward) => Verify.IsQuietAsync(Pair(teacherWidth: "20", teacherForward: forward));
}
