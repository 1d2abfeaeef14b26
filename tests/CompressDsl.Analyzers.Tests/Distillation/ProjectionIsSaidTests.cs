using CompressDsl.CodeFixes;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers.Tests;

public class ProjectionIsSaidTests
{
    private const string Id = "CDSL5007";

    [Theory]
    [InlineData("Linear body = Linear(8, 16)", "Linear body = Linear(8, 12)")]
    [InlineData("Embedding body = Embedding(8, 16)", "SparseLinear body = new SparseLinear(8, 12)")]
    [InlineData("LayerNorm body = LayerNorm(16)", "Linear body = Linear(8, 12)")]
    [InlineData("ModuleList<Linear> body = new(Linear(8, 16), Linear(16, 16))", "ModuleList<Linear> body = [Linear(8, 12)]")]
    [InlineData("Block body = new(16)", "Block body = new(12)")]
    [InlineData("ModuleList<Block> body = new(new Block(16))", "ModuleList<Block> body = new(new Block(width: 12))")]
    public async Task Widths_that_differ_are_suggested_about_on_the_attribute(string ofTeacher, string ofStudent)
    {
        var found = await Verify.ReportsAsync(Id, Source("[|MatchHidden(\"body\")|]", ofTeacher, ofStudent));
        Assert.StartsWith("The hidden states of 'body' are 12 wide and the teacher's 16", found[0].Message());
        Assert.Equal(DiagnosticSeverity.Info, found[0].Severity);
    }

    [Theory]
    [InlineData("MatchHidden(\"body\")", "Linear body = Linear(8, 16)", "Linear body = Linear(4, 16)")]
    [InlineData("MatchHidden(\"body\", Projection = true)", "Linear body = Linear(8, 16)", "Linear body = Linear(8, 12)")]
    [InlineData("MatchHidden(\"body\")", "Linear body = Linear(8, int.Parse(\"16\"))", "Linear body = Linear(8, 12)")]
    [InlineData("MatchHidden(\"body\")", "ModuleList<Linear> body = [Linear(8, 16), Linear(16, 8)]", "ModuleList<Linear> body = [Linear(8, 12)]")]
    [InlineData("MatchHidden(\"body\")", "Dropout body = Dropout()", "Linear body = Linear(8, 12)")]
    public Task Equal_unknown_and_declared_widths_are_quiet(string attribute, string ofTeacher, string ofStudent)
        => Verify.IsQuietAsync(Source(attribute, ofTeacher, ofStudent));

    [Fact]
    public Task Fix_says_it()
        => new VerifyFix(Id, new SayProjection()).ChangesAllAsync(
            [Source("MatchHidden(\"body\"), MatchHidden(\"body\", Projection = false, Weight = 2)", "Block body = new(16)", "Block body = new(12)")],
            [Source("MatchHidden(\"body\", Projection = true), MatchHidden(\"body\", Projection = true, Weight = 2)", "Block body = new(16)", "Block body = new(12)")]);

    private static string Source(string attribute, string ofTeacher, string ofStudent) => $$"""
        public sealed class Block : Module<Tensor, Tensor>
        {
            private readonly Linear up, down;
            private readonly Dropout dropout = Dropout(0.1);

            public Block(int width) : base("Block")
            {
                up = Linear(width, 4 * width);
                down = Linear(4 * width, width);
                RegisterComponents();
            }

            public override Tensor forward(Tensor x)
            {
                using var scope = NewDisposeScope();
                return (x + dropout.call(down.call(up.call(x)))).MoveToOuterDisposeScope();
            }
        }

        public sealed class Teacher : Module<Tensor, Tensor>
        {
            internal readonly {{ofTeacher}};

            public Teacher() : base("Teacher") => RegisterComponents();

            public override Tensor forward(Tensor x) => x;
        }

        [DistillFrom(typeof(Teacher))]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            [{{attribute}}]
            private readonly {{ofStudent}};

            public Student() : base("Student") => RegisterComponents();

            public override Tensor forward(Tensor x) => x;
        }
        """;
}
