using CompressDsl.CodeFixes;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers.Tests;

public class SensitiveWeightShouldStayDenseTests
{
    private const string Id = "CDSL2007";
    private const string Tie = "head.weight = words.weight;";

    [Theory]
    [InlineData("[[|Sparsity(0.5, Purpose = Purpose.Size)|]]", "", "", "'words', an embedding")]
    [InlineData("[[|BlockSparsity(0.5, 2, 2, Purpose = Purpose.Size)|]]", "", "", "'words', an embedding")]
    [InlineData("", "[[|SemiStructured(2, 4)|]]", Tie, "'head', a head that shares its weight")]
    [InlineData("", "[[|SemiStructured(2, 4)|]]", "this.words.weight = head.weight!;", "'head', a head that shares its weight")]
    public async Task Weight_that_every_token_reads_is_suggested_about_on_the_attribute(string onWords, string onHead, string constructor, string what)
    {
        var found = await Verify.ReportsAsync(Id, Source(onWords, onHead, constructor));
        Assert.Contains(what, found[0].Message());
        Assert.Equal(DiagnosticSeverity.Info, found[0].Severity);
    }

    [Fact]
    public Task Attribute_of_a_class_that_reaches_a_tied_head_is_suggested_about()
        => Verify.ReportsAsync(Id, Source("", "", Tie, "[[|SemiStructured(2, 4)|]] "));

    [Fact]
    public async Task Weight_of_a_normalisation_is_suggested_about()
    {
        var found = await Verify.ReportsAsync(Id, """
            public sealed partial class RmsNorm() : Module<Tensor, Tensor>("RmsNorm")
            {
                [[|Sparsity(0.5, Purpose = Purpose.Size)|]] private readonly Parameter weight = new(ones(8));

                public override Tensor forward(Tensor x) => x * weight;
            }
            """);
        Assert.Contains("'weight', the weight of a normalisation", found[0].Message());
    }

    [Theory]
    [InlineData("[KeepDense]", "[KeepDense]", Tie)]
    [InlineData("", "[SemiStructured(2, 4)]", "")]
    [InlineData("", "[SemiStructured(2, 4)]", "body.weight = words.weight;")]
    [InlineData("", "", Tie)]
    public Task Dense_and_untied_weights_are_quiet(string onWords, string onHead, string constructor) => Verify.IsQuietAsync(Source(onWords, onHead, constructor));

    [Theory]
    [InlineData("", "[KeepDense]", Tie)]
    [InlineData("", "", "")]
    public Task Attribute_of_a_class_that_reaches_none_is_quiet(string onWords, string onHead, string constructor)
        => Verify.IsQuietAsync(Source(onWords, onHead, constructor, "[SemiStructured(2, 4)] "));

    [Fact]
    public Task Fix_keeps_members_dense()
        => new VerifyFix(Id, new KeepItDense()).ChangesAllAsync(
            [Source("[Sparsity(0.5, Purpose = Purpose.Size)]", "[SemiStructured(2, 4)]", Tie)], [Source("[KeepDense]", "[KeepDense]", Tie)]);

    [Fact]
    public Task Fix_of_a_class_attribute_stands_on_the_head()
        => new VerifyFix(Id, new KeepItDense()).ChangesAsync(
            Source("", "", Tie, "[SemiStructured(2, 4)] "),
            Source("", "", Tie, "[SemiStructured(2, 4)] ").Replace(" private readonly Linear head", " [KeepDense]\n     private readonly Linear head"));

    [Fact]
    public async Task Schedule_beside_it_is_offered_no_fix()
        => Assert.Empty(await new VerifyFix(Id, new KeepItDense()).TitlesAsync(Source("[Sparsity(0.5, Purpose = Purpose.Size), Gradual]", "", "")));

    private static string Source(string onWords, string onHead, string constructor, string onClass = "") => $$"""
        {{onClass}}public sealed partial class Net : Module<Tensor, Tensor>
        {
            {{onWords}} private readonly Embedding words = Embedding(100, 8);
            private readonly Linear body = Linear(8, 8);
            {{onHead}} private readonly Linear head = Linear(8, 100, hasBias: false);

            public Net() : base("Net")
            {
                {{constructor}}
                RegisterComponents();
            }

            public override Tensor forward(Tensor x) => head.call(body.call(words.call(x)));
        }
        """;
}
