namespace CompressDsl.Analyzers.Tests;

public class ProjectionsMustBeTrainedTests
{
    private const string Id = "CDSL5019";

    [Theory]
    [InlineData("distillation.Compute(x); using var optimizer = [|optim.Adam(student.parameters())|]; distillation.Compute(x); optimizer.step();")]
    [InlineData("distillation.Compute(x); using var optimizer = [|optim.AdamW(distillation.Student.named_parameters())|]; optimizer.step();")]
    [InlineData("var trained = student.parameters(); using var optimizer = [|optim.SGD(trained, 0.1)|]; distillation.Compute(x); optimizer.step();")]
    [InlineData("distillation.Train(batches, x => distillation.Compute(x), new DistillationOptions { Steps = 1, Optimizer = _ => [|optim.Adam(student.parameters())|] });")]
    public async Task Optimizer_of_the_student_alone_is_reported_on_its_creation(string body)
    {
        var found = await Verify.ReportsAsync(Id, Source(body));
        Assert.StartsWith("The hidden states of 'body' are projected, and this optimizer holds the parameters of 'Student' alone", found[0].Message());
    }

    [Theory]
    [InlineData("distillation.Compute(x); using var optimizer = optim.Adam(student.parameters().Concat(distillation.Projections.parameters())); optimizer.step();")]
    [InlineData("distillation.Compute(x); using var optimizer = optim.Adam(student.parameters()); using var second = optim.Adam(distillation.Projections.parameters()); optimizer.step(); second.step();")]
    [InlineData("using var optimizer = optim.Adam(student.parameters()); optimizer.step();")]
    [InlineData("using (var before = optim.Adam(student.parameters())) { before.step(); } distillation.Train(batches, x => distillation.Compute(x), new DistillationOptions { Steps = 1 });")]
    [InlineData("distillation.Train(batches, x => distillation.Compute(x), new DistillationOptions { Steps = 1, Optimizer = parameters => optim.Adam(parameters) });")]
    [InlineData("distillation.Compute(x); using var optimizer = optim.Adam(teacher.parameters()); optimizer.step();")]
    public Task Optimizer_of_both_of_others_and_the_trainer_s_own_are_quiet(string body) => Verify.IsQuietAsync(Source(body));

    [Theory]
    [InlineData("MatchHidden(\"body\")", 16, false)]
    [InlineData("MatchHidden(\"body\", Projection = true)", 16, true)]
    public async Task Projection_that_is_not_needed_is_quiet(string attribute, int width, bool isReported)
    {
        const string body = "distillation.Compute(x); using var optimizer = optim.Adam(student.parameters()); optimizer.step();";
        var found = await Consumer.AnalyzeAsync(Consumer.Compile(Source(body, attribute, width)));
        Assert.Equal(isReported ? [Id] : [], found.Select(static diagnostic => diagnostic.Id));
    }

    [Fact]
    public Task Widths_that_differ_without_a_word_are_enough()
        => Verify.ReportsAmongAsync(
            Id, ["CDSL5007"], Source("distillation.Compute(x); using var optimizer = [|optim.Adam(student.parameters())|]; optimizer.step();", "MatchHidden(\"body\")"));

    private static string Source(string body, string attribute = "MatchHidden(\"body\", Projection = true)", int width = 8) => $$"""
        public sealed class Teacher : Module<Tensor, Tensor>
        {
            internal readonly Linear body = Linear(16, 16);

            public Teacher() : base("Teacher") => RegisterComponents();

            public override Tensor forward(Tensor x) => x;
        }

        [DistillFrom(typeof(Teacher))]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            [{{attribute}}]
            private readonly Linear body = Linear(16, {{width}});

            public Student() : base("Student") => RegisterComponents();

            public override Tensor forward(Tensor x) => x;
        }

        public sealed class StudentDistillation(Student student, Teacher teacher) : Distillation<Student, Teacher>(student, teacher)
        {
            public DistillationTerms Compute(Tensor x) => null!;
        }

        public static class Training
        {
            public static void Run(StudentDistillation distillation, Student student, Teacher teacher, Tensor x, Tensor[] batches)
            {
                {{body}}
            }
        }
        """;
}
