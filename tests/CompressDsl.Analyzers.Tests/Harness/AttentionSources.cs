namespace CompressDsl.Analyzers.Tests;

/// <summary>A teacher and a student whose attention is matched.</summary>
internal static class AttentionSources
{
    /// <param name="onMember">The attribute on the student's attention.</param>
    /// <param name="ofTeacher">What the teacher makes its attention with.</param>
    /// <param name="ofStudent">What the student makes its attention with.</param>
    /// <param name="declaration">How the class of the attention is declared.</param>
    /// <param name="type">The type of the member in both.</param>
    /// <param name="more">More classes.</param>
    public static string Pair(
        string onMember,
        string ofTeacher = "new Attention(64, 8)",
        string ofStudent = "new Attention(64, 4)",
        string declaration = "public sealed partial class Attention",
        string type = "Attention",
        string more = "") => $$"""
        {{declaration}} : Module<Tensor, Tensor>
        {
            private readonly Linear q_proj, k_proj, v_proj, o_proj;
            private int heads, size;

            public Attention(int width, int heads = 2) : base("Attention")
            {
                (q_proj, k_proj, v_proj, o_proj) = (Linear(width, width), Linear(width, width), Linear(width, width), Linear(width, width));
                this.heads = heads;
                size = width / heads;
                RegisterComponents();
            }

            public override Tensor forward(Tensor x)
            {
                var (batch, length) = (x.shape[0], x.shape[1]);
                var map = (Split(q_proj.call(x)).matmul(Split(k_proj.call(x)).mT) / Math.Sqrt(size)).softmax(-1);
                return o_proj.call(map.matmul(Split(v_proj.call(x))).transpose(1, 2).reshape(batch, length, -1));

                Tensor Split(Tensor vectors) => vectors.view(batch, length, heads, size).transpose(1, 2);
            }
        }

        {{more}}

        public sealed class Teacher : Module<Tensor, Tensor>
        {
            internal readonly {{type}} attention = {{ofTeacher}};

            public Teacher() : base("Teacher") => RegisterComponents();

            public override Tensor forward(Tensor x) => x;
        }

        [DistillFrom(typeof(Teacher))]
        public sealed partial class Student : Module<Tensor, Tensor>
        {
            [{{onMember}}]
            private readonly {{type}} attention = {{ofStudent}};

            public Student() : base("Student") => RegisterComponents();

            public override Tensor forward(Tensor x) => x;
        }
        """;

    /// <summary>A block that hands its heads on to its attention.</summary>
    public const string Block = """
        public sealed class Block : Module<Tensor, Tensor>
        {
            private readonly Attention attention;

            public Block(int heads) : base("Block")
            {
                attention = new(width: 64, heads: heads);
                RegisterComponents();
            }

            public override Tensor forward(Tensor x) => attention.call(x);
        }
        """;
}
