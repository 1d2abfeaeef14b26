namespace CompressDsl.Analyzers.Tests;

public class PaddingMustBeMaskedTests
{
    private const string Id = "CDSL5018";

    [Theory]
    [InlineData("mask", "forward takes 'mask'")]
    [InlineData("padding_mask", "forward takes 'padding_mask'")]
    [InlineData("srcKeyPaddingMask", "forward takes 'srcKeyPaddingMask'")]
    public async Task Mask_that_the_terms_do_not_know_is_reported_on_the_attribute(string name, string sign)
    {
        var found = await Verify.ReportsAsync(Id, Source(name, "[|MatchHidden(\"body\")|]"));
        Assert.StartsWith($"{sign}, so batches are padded, and the term of 'body' is not told where", found[0].Message());
    }

    [Fact]
    public Task Every_match_is_reported()
        => Verify.ReportsAsync(Id, Source("mask", "[|MatchHidden(\"body\")|], [|MatchHidden(\"body\", Loss = HiddenLoss.Cosine)|]"));

    [Fact]
    public async Task Token_for_padding_is_a_sign()
    {
        var found = await Verify.ReportsAsync(Id, Source("kind", "[|MatchHidden(\"body\")|]", "Embedding(100, 16, padding_idx: 0)"));
        Assert.Contains("'words' has a token for padding", found[0].Message());
    }

    [Theory]
    [InlineData("attention_mask", "MatchHidden(\"body\")", "Embedding(100, 16, padding_idx: 0)")]
    [InlineData("attentionMask", "MatchHidden(\"body\")", "Embedding(100, 16)")]
    [InlineData("kind", "MatchHidden(\"body\")", "Embedding(100, 16, padding_idx: null)")]
    [InlineData("attn_mask", "MatchHidden(\"body\")", "Embedding(100, 16)")]
    [InlineData("mask", "Obsolete", "Embedding(100, 16, padding_idx: 0)")]
    public Task Attention_mask_no_padding_and_no_match_are_quiet(string name, string attribute, string words) => Verify.IsQuietAsync(Source(name, attribute, words));

    [Theory]
    [InlineData("x, y, z, y", true)]
    [InlineData("x, y, z, attentionMask: y", true)]
    [InlineData("x, y, z", false)]
    public async Task Mask_that_is_handed_over_is_quiet(string arguments, bool isQuiet)
    {
        var source = Source("mask", isQuiet ? "MatchHidden(\"body\")" : "[|MatchHidden(\"body\")|]") + $$"""
            public class StudentDistillation
            {
                public void Compute(Tensor x, Tensor mask, Tensor labels, Tensor? attentionMask = null) { }

                public void Use(Tensor x, Tensor y, Tensor z) => this.Compute({{arguments}});
            }
            """;

        await Verify.ReportsAsync(Id, source);
    }

    private static string Source(string name, string attribute, string words = "Embedding(100, 16)") => $$"""
        public sealed class Teacher : Module<Tensor, Tensor, Tensor>
        {
            internal readonly Linear body = Linear(16, 16);

            public Teacher() : base("Teacher") => RegisterComponents();

            public override Tensor forward(Tensor x, Tensor {{name}}) => body.call(x);
        }

        [DistillFrom(typeof(Teacher))]
        public sealed partial class Student : Module<Tensor, Tensor, Tensor>
        {
            private readonly Embedding words = {{words}};

            [{{attribute}}]
            private readonly Linear body = Linear(16, 16);

            public Student() : base("Student") => RegisterComponents();

            public override Tensor forward(Tensor x, Tensor {{name}}) => body.call(words.call(x));
        }
        """;
}
