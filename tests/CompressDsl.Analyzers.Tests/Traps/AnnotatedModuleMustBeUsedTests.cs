namespace CompressDsl.Analyzers.Tests;

public class AnnotatedModuleMustBeUsedTests
{
    private const string Id = "CDSL4002";

    [Theory]
    [InlineData("[[|SemiStructured(2, 4)|]] private readonly Linear gate = Linear(4, 4);")]
    [InlineData("[[|PruneLayers(0.5)|]] private readonly ModuleList<Linear> gate = new(Linear(4, 4), Linear(4, 4));")]
    [InlineData("[[|SemiStructured(2, 4)|]] private readonly Linear gate, other; public Net(int width) : base(\"Net\") { (this.gate, other) = (Linear(width, width), Linear(width, width)); }  private Tensor Other(Tensor x) => other.call(x);")]
    [InlineData("[[|SemiStructured(2, 4)|]] private readonly Linear gate; private string Name => nameof(gate);")]
    [InlineData("[[|SemiStructured(2, 4)|]] private readonly Linear gate = Linear(4, 4); private void Gate(Tensor gate) => gate.Dispose();")]
    public async Task Module_that_no_method_names_is_reported_on_its_attribute(string member)
    {
        var found = await Verify.ReportsAsync(Id, Source(member, member.Contains("Linear gate; private string", StringComparison.Ordinal) ? "gate = Linear(4, 4);" : ""));
        Assert.StartsWith("'gate' of 'Net' is never called", found[0].Message());
    }

    [Fact]
    public async Task Matched_member_is_asked_for_too()
    {
        var source = MatchSources.Pair("MatchHidden(\"layers\")").Replace("layers[1].call(layers[0].call(x))", "last.call(x)").Replace("public Student()", "private readonly Linear last = Linear(8, 8); public Student()");
        await Verify.ReportsAsync(Id, source.Replace("[MatchHidden(\"layers\")]", "[[|MatchHidden(\"layers\")|]]"));
    }

    [Theory]
    [InlineData("[SemiStructured(2, 4)] private readonly Linear gate = Linear(4, 4); private Tensor Gate(Tensor x) => gate.call(x);")]
    [InlineData("[SemiStructured(2, 4)] private readonly Linear gate = Linear(4, 4); public Linear Gate => this.gate;")]
    [InlineData("[SemiStructured(2, 4)] private readonly Linear gate; private readonly Sequential all; public Net(int width) : base(\"Net\") { gate = Linear(width, width); all = Sequential(gate, ReLU()); }")]
    [InlineData("[SemiStructured(2, 4)] internal readonly Linear gate = Linear(4, 4);")]
    [InlineData("[KeepDense] private readonly Linear gate = Linear(4, 4);")]
    [InlineData("private readonly Linear gate = Linear(4, 4);")]
    [InlineData("[SemiStructured(2, 4)] private readonly Linear gate = Linear(4, 4); private Tensor All(Tensor x) => children().Cast<Linear>().Aggregate(x, (y, layer) => layer.call(y));")]
    public Task Module_that_is_named_seen_by_others_or_not_asked_for_is_quiet(string member) => Verify.IsQuietAsync(Source(member));

    [Fact]
    public Task Forward_that_is_not_written_yet_is_quiet()
        => Verify.IsQuietAsync(Source("[SemiStructured(2, 4)] private readonly Linear gate = Linear(4, 4);").Replace("=> up.call(x)", "=> throw new NotImplementedException()"));

    [Fact]
    public async Task Name_that_does_not_compile_yet_counts()
        => Assert.DoesNotContain(
            await Consumer.AnalyzeAsync(Consumer.Compile(Source("[SemiStructured(2, 4)] private readonly Linear gate = Linear(4, 4); private Tensor Gate(Tensor x) => missing.gate.call(x);"))),
            static found => found.Id == Id);

    [Fact]
    public async Task Generated_code_is_no_use()
    {
        var source = Markup.Parse(Source("[[|SemiStructured(2, 4)|]] private readonly Linear gate = Linear(4, 4);"));
        var compilation = Consumer.Compile(source.Text).AddSyntaxTrees(
            Microsoft.CodeAnalysis.CSharp.CSharpSyntaxTree.ParseText("partial class Net { internal Linear Gate => gate; }", Consumer.ParseOptions, "Net.g.cs"));

        Assert.Equal(Id, Assert.Single(await Consumer.AnalyzeAsync(compilation)).Id);
    }

    private static string Source(string member, string constructor = "") => $$"""
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            [SemiStructured(2, 4)] private readonly Linear up = Linear(4, 4);
            {{member}}

            public Net() : base("Net")
            {
                {{constructor}}
                RegisterComponents();
            }

            public override Tensor forward(Tensor x) => up.call(x);
        }
        """;
}
