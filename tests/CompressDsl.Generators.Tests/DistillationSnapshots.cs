namespace CompressDsl.Generators.Tests;

/// <summary>What is generated for students, as a reader sees it.</summary>
public sealed class DistillationSnapshots
{
    private const string Teacher = """

        public sealed class Teacher() : Module<Tensor, Tensor>("Teacher")
        {
            public override Tensor forward(Tensor x) => x;
        }

        """;

    [Fact]
    public void Student_GetsTheLossWrittenOut() => Snapshot.Verify(Consumer.Usings + "namespace Demo;" + Teacher + """
        [DistillFrom(typeof(Teacher), T = 4, Alpha = 0.7)]
        public sealed partial class Student() : Module<Tensor, Tensor>("Student")
        {
            public override Tensor forward(Tensor input) => input;
        }
        """);

    [Fact]
    public void CausalStudent_IsShiftedOnce_WithItsDivergence() => Snapshot.Verify(Consumer.Usings + Teacher + """
        [DistillFrom(typeof(Teacher), Divergence = Divergence.JensenShannon, Beta = 0.25, Task = DistillTask.CausalLanguageModel, Vocabulary = Vocabulary.Truncate)]
        internal sealed partial class Student() : Module<Tensor, Tensor>("Student")
        {
            public override Tensor forward(Tensor tokens) => tokens;
        }
        """);

    [Fact]
    public void GenericNestedStudent_WithNamesThatCollide_KeepsThemApart() => Snapshot.Verify(Consumer.Usings + """
        public static partial class Models
        {
            private sealed class Teacher() : Module<Tensor, Tensor?, (Tensor logits, Tensor hidden)>("Teacher")
            {
                public override (Tensor logits, Tensor hidden) forward(Tensor x, Tensor? y) => (x, x);
            }

            [DistillFrom(typeof(Teacher))]
            private sealed partial class Student<T>() : Module<Tensor, Tensor?, Tensor>("Student")
                where T : class, new()
            {
                public override Tensor forward(Tensor labels, Tensor? mask) => labels;
            }
        }
        """);
}
