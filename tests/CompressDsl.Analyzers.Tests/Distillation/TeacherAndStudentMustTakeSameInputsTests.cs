using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class TeacherAndStudentMustTakeSameInputsTests
{
    private const string Id = "CDSL5005";

    [Theory]
    [InlineData("Module<Tensor, Tensor, Tensor>", "public override Tensor forward(Tensor x, Tensor mask) => head.call(x);", "(Tensor, Tensor)")]
    [InlineData("Module<int, Tensor>", "public override Tensor forward(int x) => rand(x);", "(int)")]
    [InlineData("Module<(Tensor, Tensor), Tensor>", "public override Tensor forward((Tensor, Tensor) x) => x.Item1;", "((Tensor, Tensor))")]
    public async Task Teacher_with_other_inputs_is_reported(string teacherBase, string forward, string inputs)
    {
        var found = await Verify.ReportsAsync(Id, Pair("[|DistillFrom(typeof(Teacher))|]", teacherBase: teacherBase, teacherForward: forward));
        Assert.Equal($"The teacher 'Teacher' takes {inputs} and the student 'Student' takes (Tensor); both must take the same inputs", found[0].Message());
    }

    [Fact]
    public Task Names_and_nullability_of_inputs_do_not_matter()
        => Verify.IsQuietAsync("""
            public class Teacher() : Module<(Tensor ids, Tensor mask), Tensor?, (Tensor logits, Tensor hidden)>("Teacher")
            {
                public override (Tensor logits, Tensor hidden) forward((Tensor ids, Tensor mask) x, Tensor? y) => (x.ids, x.mask);
            }

            [DistillFrom(typeof(Teacher))]
            public partial class Student() : Module<(Tensor, Tensor), Tensor, Tensor>("Student")
            {
                public override Tensor forward((Tensor, Tensor) x, Tensor y) => y;
            }
            """);

    [Fact]
    public Task Inputs_of_a_generic_teacher_are_those_of_its_type_arguments()
        => Verify.IsQuietAsync("""
            public class Teacher<T>() : Module<T, Tensor>("Teacher")
            {
                public override Tensor forward(T x) => rand(1);
            }

            [DistillFrom(typeof(Teacher<Tensor>))]
            public partial class Student() : Module<Tensor, Tensor>("Student")
            {
                public override Tensor forward(Tensor x) => x;
            }
            """);
}
