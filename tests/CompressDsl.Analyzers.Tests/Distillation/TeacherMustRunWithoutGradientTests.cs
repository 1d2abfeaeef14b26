using static CompressDsl.Analyzers.Tests.TrainingSources;

namespace CompressDsl.Analyzers.Tests;

public class TeacherMustRunWithoutGradientTests
{
    private const string Id = "CDSL5013";

    [Theory]
    [InlineData("var t = [|teacher.call(x)|]; return functional.mse_loss(student.call(x), t);")]
    [InlineData("return functional.mse_loss(student.call(x), [|teacher.forward(x)|].clone());")]
    [InlineData("var t = [|teacher.call(x)|]; var loss = (student.call(x) - t).square().sum(); loss.backward(); return loss;")]
    [InlineData("using (no_grad()) { x = x * 2; } return functional.mse_loss(student.call(x), [|teacher.call(x)|]);")]
    public async Task Teacher_whose_graph_is_recorded_is_reported_on_the_call(string body)
    {
        var found = await Verify.ReportsAsync(Id, Pair(body));
        Assert.StartsWith("The teacher 'Teacher' is called outside no_grad beside its student 'Student'", found[0].Message());
    }

    [Theory]
    [InlineData("Tensor t; using (no_grad()) { t = teacher.call(x); } return functional.mse_loss(student.call(x), t);")]
    [InlineData("return functional.mse_loss(student.call(x), Ask()); Tensor Ask() { using var scope = no_grad(); return teacher.call(x); }")]
    [InlineData("Tensor t; using (var scope = inference_mode()) { t = teacher.call(x); } return functional.mse_loss(student.call(x), t);")]
    [InlineData("Tensor t; using (set_grad_enabled(false)) { t = teacher.call(x); } return functional.mse_loss(student.call(x), t);")]
    [InlineData("return functional.mse_loss(student.call(x), teacher.call(x).detach());")]
    [InlineData("foreach (var parameter in teacher.parameters()) { parameter.requires_grad = false; } return functional.mse_loss(student.call(x), teacher.call(x));")]
    [InlineData("using var optimizer = optim.Adam(teacher.parameters()); functional.cross_entropy(teacher.call(x), labels).backward(); optimizer.step(); return functional.cross_entropy(student.call(x), labels);")]
    [InlineData("var made = new StudentDistillation(student, teacher); return functional.mse_loss(student.call(x), teacher.call(x));")]
    [InlineData("var t = teacher.call(x); using var scope = no_grad(); return functional.mse_loss(student.call(x), t);")]
    [InlineData("return functional.cross_entropy(teacher.call(x), labels);")]
    [InlineData("return student.call(x).argmax(-1).eq(teacher.call(x).argmax(-1));")]
    [InlineData("return functional.mse_loss(student.call(x), other.call(x));")]
    public Task Teacher_without_gradient_and_one_that_is_trained_itself_are_quiet(string body) => Verify.IsQuietAsync(Pair(body));

    [Fact]
    public Task Without_a_student_nobody_is_a_teacher()
        => Verify.IsQuietAsync(Pair("return functional.mse_loss(student.call(x), teacher.call(x));").Replace("[DistillFrom(typeof(Teacher), Task = DistillTask.Classification)]", ""));
}
