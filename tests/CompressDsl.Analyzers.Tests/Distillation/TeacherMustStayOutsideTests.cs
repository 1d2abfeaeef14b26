using CompressDsl.CodeFixes;

namespace CompressDsl.Analyzers.Tests;

public class TeacherMustStayOutsideTests
{
    private const string Id = "CDSL5012";

    [Theory]
    [InlineData("private readonly Teacher [|teacher|];", "this.teacher = teacher;")]
    [InlineData("private Teacher? [|_teacher|];", "_teacher = teacher;")]
    [InlineData("private readonly Module<Tensor, Tensor> [|teacherModel|] = new Teacher();", "")]
    [InlineData("private readonly Teacher [|large|];", "large = teacher;")]
    [InlineData("private readonly ModuleList<Teacher> [|teachers|] = [];", "")]
    [InlineData("[field: TorchSharp.Utils.ComponentName(Name = \"Teacher\")] public Teacher [|Teacher|] { get; } = new();", "")]
    public async Task Teacher_in_a_member_is_reported_on_its_name(string member, string constructor)
    {
        var found = await Verify.ReportsAsync(Id, Source(member, constructor));
        Assert.StartsWith("The teacher 'Teacher' is held in ", found[0].Message());
    }

    [Theory]
    [InlineData("private readonly Func<Teacher> teacher;", "this.teacher = () => teacher;")]
    [InlineData("private static readonly Teacher teacher = new();", "")]
    [InlineData("private readonly Teacher backbone = new();", "")]
    [InlineData("private readonly Linear teacher = Linear(4, 4);", "")]
    [InlineData("private readonly int teacherWidth = 4;", "")]
    [InlineData("public Teacher Teacher => null!;", "")]
    public Task What_is_not_registered_or_no_teacher_is_quiet(string member, string constructor) => Verify.IsQuietAsync(Source(member, constructor));

    [Fact]
    public Task Class_that_learns_from_nobody_is_quiet()
        => Verify.IsQuietAsync(Source("private readonly Teacher teacher = new();", "").Replace("[DistillFrom(typeof(Teacher))]", ""));

    [Fact]
    public Task Fix_holds_it_in_a_function()
        => new VerifyFix(Id, new HoldTeacherOutside()).ChangesAllAsync(
            [Source("private readonly Teacher teacher; public Tensor Ask(Tensor x) => teacher.call(this.teacher.call(x));", "this.teacher = teacher;")],
            [Source("private readonly Func<Teacher> teacher; public Tensor Ask(Tensor x) => teacher().call(this.teacher().call(x));", "this.teacher = () => teacher;")]);

    [Fact]
    public Task Fix_names_the_namespace_where_it_must()
        => new VerifyFix(Id, new HoldTeacherOutside()) { WithUsings = false }.ChangesAsync(
            Bare("private readonly Teacher teacher;", "teacher"), Bare("private readonly System.Func<Teacher> teacher;", "() => teacher"));

    [Theory]
    [InlineData("internal readonly Teacher teacher;", "this.teacher = teacher;")]
    [InlineData("private readonly Teacher teacher = new();", "")]
    [InlineData("private readonly Teacher teacher;", "teacher = new(); this.teacher = teacher;")]
    [InlineData("private readonly Teacher teacher; private string Name => nameof(teacher);", "this.teacher = teacher;")]
    public async Task Field_that_others_see_or_that_is_made_here_is_offered_no_fix(string member, string constructor)
        => Assert.Empty(await new VerifyFix(Id, new HoldTeacherOutside()).TitlesAsync(Source(member, constructor)));

    private static string Source(string member, string constructor) => $$"""
        public sealed class Teacher : Module<Tensor, Tensor>
        {
            private readonly Linear head = Linear(4, 4);

            public Teacher() : base("Teacher") => RegisterComponents();

            public override Tensor forward(Tensor x) => head.call(x);
        }

        [DistillFrom(typeof(Teacher))]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            private readonly Linear head = Linear(4, 4);
            {{member}}

            public Student(Teacher teacher) : base("Student")
            {
                {{constructor}}
                RegisterComponents();
            }

            public override Tensor forward(Tensor x) => head.call(x);
        }
        """;

    private static string Bare(string member, string value) => $$"""
        using static TorchSharp.torch;

        public sealed class Teacher() : nn.Module<Tensor, Tensor>("Teacher")
        {
            public override Tensor forward(Tensor x) => x;
        }

        [CompressDsl.DistillFrom(typeof(Teacher))]
        public sealed partial class Student : nn.Module<Tensor, Tensor>
        {
            {{member}}

            public Student(Teacher teacher) : base("Student") => this.teacher = {{value}};

            public override Tensor forward(Tensor x) => x;
        }
        """;
}
