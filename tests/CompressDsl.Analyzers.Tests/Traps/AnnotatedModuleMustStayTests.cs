namespace CompressDsl.Analyzers.Tests;

public class AnnotatedModuleMustStayTests
{
    private const string Id = "CDSL4003";

    [Theory]
    [InlineData("public void Reset() => [|up = Linear(4, 4)|];")]
    [InlineData("public void Reset() { [|this.up = Linear(4, 4)|]; }")]
    [InlineData("private void Widen() { if (up.training) { [|up = Linear(4, 4)|]; } }")]
    [InlineData("public void Reset() => [|maybe ??= Linear(4, 4)|];")]
    [InlineData("public void Reset() => [|all[0] = Linear(4, 4)|];")]
    [InlineData("public static void Reset(Net net) => [|net.up = Linear(4, 4)|];")]
    [InlineData("public Action Later() => () => [|up = Linear(4, 4)|];")]
    public async Task Module_that_is_replaced_is_reported_on_the_assignment(string member)
    {
        var found = await Verify.ReportsAsync(Id, Source(member));
        Assert.Contains("of 'Net' is replaced after its model was made", found[0].Message());
    }

    [Fact]
    public Task Replacing_from_outside_is_reported()
        => Verify.ReportsAsync(Id, Source(""), "public static class Program { public static void Run(Net net) { [|net.up = Linear(4, 4)|]; } }");

    [Fact]
    public Task Layer_that_follows_its_class_is_reported()
        => Verify.ReportsAsync(Id, """
            [SemiStructured(2, 4)]
            public sealed partial class Net() : Module<Tensor, Tensor>("Net")
            {
                private Linear up = Linear(4, 4);
                private Dropout dropout = Dropout();

                public void Reset() { dropout = Dropout(); [|up = Linear(4, 4)|]; }

                public override Tensor forward(Tensor x) => dropout.call(up.call(x));
            }
            """);

    [Theory]
    [InlineData("public Net(int width) : this() { up = Linear(width, width); Build(); } private void Build() { up = Linear(4, 4); maybe = null; }")]
    [InlineData("public void Reset() => plain = Linear(4, 4);")]
    [InlineData("public void Reset() => dense = Linear(4, 4);")]
    [InlineData("public void Reset() { var up = Linear(4, 4); up = this.up; }")]
    [InlineData("public static Net Make() => new() { up = Linear(4, 4) };")]
    [InlineData("public void Reset() => up.weight = null;")]
    public Task Making_and_what_no_attribute_speaks_of_are_quiet(string member) => Verify.IsQuietAsync(Source(member));

    private static string Source(string member) => $$"""
        public partial class Net : Module<Tensor, Tensor>
        {
            [SemiStructured(2, 4)] internal Linear up = Linear(4, 4);
            [SemiStructured(2, 4)] private Linear? maybe;
            [SemiStructured(2, 4)] private readonly ModuleList<Linear> all = [];
            [KeepDense] private Linear dense = Linear(4, 4);
            private Linear plain = Linear(4, 4);

            public Net() : base("Net") => RegisterComponents();

            private object?[] All => [up, maybe, all, dense, plain];

            {{member}}

            public override Tensor forward(Tensor x) => up.call(x);
        }
        """;
}
