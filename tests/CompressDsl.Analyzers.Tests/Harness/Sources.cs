namespace CompressDsl.Analyzers.Tests;

/// <summary>What most sources of these tests have around the part that matters.</summary>
internal static class Sources
{
    /// <summary>A module that compiles, with the given members.</summary>
    public static string Net(string members, string declaration = "public sealed partial class Net") => $$"""
        {{declaration}} : Module<Tensor, Tensor>
        {
            {{members}}

            public Net() : base(nameof(Net)) => RegisterComponents();

            public override Tensor forward(Tensor x) => x;
        }
        """;

    /// <summary>A teacher and a student, which put out the given expressions.</summary>
    public static string Pair(
        string attribute = "DistillFrom(typeof(Teacher))",
        string teacherWidth = "10",
        string studentWidth = "10",
        string teacherBase = "Module<Tensor, Tensor>",
        string teacherForward = "public override Tensor forward(Tensor x) => head.call(x);") => $$"""
        public sealed class Teacher : {{teacherBase}}
        {
            private readonly Linear head;

            public Teacher() : base("Teacher")
            {
                head = Linear(768, {{teacherWidth}});
                RegisterComponents();
            }

            {{teacherForward}}
        }

        [{{attribute}}]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            private readonly Linear head = Linear(384, {{studentWidth}});

            public Student() : base("Student") => RegisterComponents();

            public override Tensor forward(Tensor x) => head.call(x);
        }
        """;
}
