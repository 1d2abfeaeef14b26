namespace CompressDsl.Analyzers.Tests;

/// <summary>A teacher, its student, and code that uses both.</summary>
internal static class TrainingSources
{
    /// <param name="body">The statements of a method that gets both models and a batch.</param>
    /// <param name="task">The task of the student.</param>
    /// <param name="result">What forward of both returns, and how, for <c>x</c>.</param>
    public static string Pair(string body, string task = "Classification", (string Type, string Value)? result = null)
    {
        var (type, value) = result ?? ("Tensor", "head.call(x)");

        return $$"""
            public sealed class Teacher : Module<Tensor, {{type}}>
            {
                internal readonly Linear head = Linear(16, 10);

                public Teacher() : base("Teacher") => RegisterComponents();

                public override {{type}} forward(Tensor x) => {{value}};
            }

            [DistillFrom(typeof(Teacher), Task = DistillTask.{{task}})]
            public sealed partial class Student : Module<Tensor, {{type}}>
            {
                internal readonly Linear head = Linear(16, 10);

                public Student() : base("Student") => RegisterComponents();

                public override {{type}} forward(Tensor x) => {{value}};
            }

            public sealed class StudentDistillation(Student student, Teacher teacher) : Distillation<Student, Teacher>(student, teacher);

            public class Training
            {
                private double temperature;

                public Tensor Run(Student student, Teacher teacher, Linear other, Tensor x, Tensor labels)
                {
                    {{body}}
                }
            }
            """;
    }
}
