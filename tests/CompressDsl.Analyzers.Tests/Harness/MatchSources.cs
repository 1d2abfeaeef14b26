namespace CompressDsl.Analyzers.Tests;

/// <summary>A teacher and a student of several layers.</summary>
internal static class MatchSources
{
    /// <param name="onMember">The attribute on the student's layers.</param>
    /// <param name="onClass">One more attribute on the student.</param>
    public static string Pair(string onMember, string onClass = "DistillFrom(typeof(Teacher))") => $$"""
        public sealed class Inner : Module<Tensor, Tensor>
        {
            public readonly ModuleList<Linear> layers = new(Linear(8, 8));
            public Inner() : base("Inner") => RegisterComponents();
            public override Tensor forward(Tensor x) => layers[0].call(x);
        }

        public sealed class Teacher : Module<Tensor, Tensor>
        {
            internal readonly ModuleList<Linear> layers = new(Linear(8, 8), Linear(8, 8), Linear(8, 8), Linear(8, 8));
            private readonly Inner inner = new();
            private readonly Linear head = Linear(8, 8);
            internal readonly string name = "";

            public Teacher() : base("Teacher") => RegisterComponents();

            public override Tensor forward(Tensor x) => head.call(inner.call(layers[0].call(x)));
        }

        {{(onClass.StartsWith("Distill", StringComparison.Ordinal) ? "" : "[DistillFrom(typeof(Teacher))]")}}
        [{{onClass}}]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            [{{onMember}}]
            private readonly ModuleList<Linear> layers = new(Linear(8, 8), Linear(8, 8));

            public Student() : base("Student") => RegisterComponents();

            public override Tensor forward(Tensor x) => layers[1].call(layers[0].call(x));
        }
        """;
}
