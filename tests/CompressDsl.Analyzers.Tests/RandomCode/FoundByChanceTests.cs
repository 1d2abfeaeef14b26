namespace CompressDsl.Analyzers.Tests;

/// <summary>What random programs have found, in few words: what is generated for these compiles.</summary>
public class FoundByChanceTests
{
    [Theory]
    [InlineData("return Same(h); T Same<T>(T t) => t;")]
    [InlineData("while (h.ndim > 9) { Func<Tensor, Tensor> act = t => t.relu(); h = act(h); } return h;")]
    [InlineData("while (h.ndim > 9) { Tensor Act(Tensor t) => t.relu(); h = Act(h); } return h;")]
    [InlineData("Func<Tensor, Tensor> act = t => t.relu(); while (h.ndim > 9) { h = act(h); } return h;")]
    public void Function_within_forward(string forward) => Generate($$"""
        public sealed partial class Net : Module<Tensor, Tensor>
        {
            [PruneChannels(0.5)] private readonly Linear up = Linear(4, 8);
            private readonly Linear down = Linear(8, 4);

            public Net() : base("Net") => RegisterComponents();

            public override Tensor forward(Tensor x) => down.call(Act(up.call(x)));

            private Tensor Act(Tensor h) { {{forward}} }
        }
        """, "Net.Channels.g.cs");

    [Theory]
    [InlineData("PruneChannels(0.5)")]
    [InlineData("KeepDense")]
    [InlineData("PruneChannels(0.5), Sparsity(0.5)")]
    public void Member_with_the_name_of_a_generated_one(string attributes)
        => Generate(Sources.Net($"[{attributes}] private readonly Linear Capture = Linear(4, 4);"), "Net.Compression.g.cs");

    [Fact]
    public void Child_with_a_member_of_that_name()
        => Generate(Sources.Net("[KeepDense] private readonly Linear Capture = Linear(4, 4);") + """

            public sealed partial class Parent : Module<Tensor, Tensor>
            {
                [Sparsity(0.5)] private readonly Linear up = Linear(4, 4);
                private readonly Net net = new();
                private readonly ModuleList<Net> nets = [];

                public Parent() : base("Parent") => RegisterComponents();

                public override Tensor forward(Tensor x) => net.call(up.call(x));
            }
            """, "Parent.Compression.g.cs");

    private static void Generate(string source, string expected)
    {
        var compilation = Generated.AddTo(Consumer.Compile(source), out var run);

        Assert.Null(run.Exception);
        Assert.Contains(expected, run.GeneratedSources.Select(static file => file.HintName));
        Assert.Empty(Consumer.FindErrors(compilation));
    }
}
