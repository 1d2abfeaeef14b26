using CompressDsl.CodeFixes;

namespace CompressDsl.Analyzers.Tests;

public class AnnotatedModuleMustBeCalledTests
{
    private const string Id = "CDSL4001";

    [Theory]
    [InlineData("[|up.forward(x)|]")]
    [InlineData("[|this.up.forward(tensor: x)|]")]
    [InlineData("functional.relu([|up!.forward([|Up.forward(x)|])|])")]
    [InlineData("[|(up).forward(x)|]")]
    [InlineData("[|((Module<Tensor, Tensor>)up).forward(x)|]")]
    [InlineData("up?[|.forward(x)|] ?? x")]
    [InlineData("new[] { x }.Select([|up.forward|]).First()")]
    [InlineData("[|all[0].forward(x)|]")]
    [InlineData("[|blocks[^1].forward(x)|]")]
    [InlineData("[|block.forward(x)|]")]
    public Task Forward_of_an_annotated_member_is_reported_on_the_expression(string expression)
        => Verify.ReportsAsync(Id, Source($"public override Tensor forward(Tensor x) => {expression};"));

    [Fact]
    public Task Variable_of_a_loop_over_a_list_is_its_element()
        => Verify.ReportsAsync(Id, Source("""
            public override Tensor forward(Tensor x)
            {
                foreach (var element in blocks) { x = [|element.forward(x)|]; }
                foreach (Module<Tensor, Tensor> element in this.all) { x = [|element.forward(x)|]; }
                foreach (var element in new[] { block }) { x = element.forward(x); }
                return x;
            }
            """));

    [Theory]
    [InlineData("up.call(x)")]
    [InlineData("dense.forward(x)")]
    [InlineData("plain.forward(x)")]
    [InlineData("this.forward(x)")]
    [InlineData("other.forward(x, 1)")]
    [InlineData("local(up).forward(x)")]
    [InlineData("plains[0].forward(x)")]
    public Task Call_and_what_no_attribute_speaks_of_are_quiet(string expression)
        => Verify.IsQuietAsync(Source($"public override Tensor forward(Tensor x) => {expression}; private static Linear local(Linear layer) => layer;"));

    [Fact]
    public Task Forward_of_the_base_class_is_quiet()
        => Verify.IsQuietAsync(
            Source("public override Tensor forward(Tensor x) => up.call(x);").Replace("sealed ", ""),
            "[KeepDense] public sealed partial class Derived : Net { public override Tensor forward(Tensor x) => base.forward(x); }");

    [Fact]
    public Task Layer_that_follows_its_class_is_reported_and_one_that_does_not_is_quiet()
        => Verify.ReportsAsync(Id, """
            [SemiStructured(2, 4)]
            public sealed partial class Net() : Module<Tensor, Tensor>("Net")
            {
                private readonly Linear up = Linear(4, 4);
                private readonly ModuleList<Linear> all = [];
                private readonly Dropout dropout = Dropout();
                [KeepDense] private readonly Linear head = Linear(4, 4);

                public override Tensor forward(Tensor x) => head.forward(dropout.forward([|all[0].forward([|up.forward(x)|])|]));
            }
            """);

    [Theory]
    [InlineData("[PruneHidden(0.5)] public sealed", "")]
    [InlineData("public sealed", "[PruneChannels(0.5)]")]
    public Task Layer_that_structure_speaks_of_is_reported(string declaration, string attribute)
        => Verify.ReportsAsync(Id, $$"""
            {{declaration}} partial class Net() : Module<Tensor, Tensor>("Net")
            {
                {{attribute}} private readonly Linear up = Linear(4, 4);
                private readonly Linear down = Linear(4, 4);
                [PruneLayers(0.5)] private readonly ModuleList<Dropout> blocks = [];
                private readonly Dropout dropout = Dropout();

                public override Tensor forward(Tensor x) => down.call(dropout.forward([|blocks[0].forward([|up.forward(x)|])|]));
            }
            """);

    [Fact]
    public Task Annotated_member_is_reported_from_outside_and_a_model_in_a_trainer_is_not()
        => Verify.ReportsAsync(Id, Source("""
            public override Tensor forward(Tensor x) => x;

            public class Trainer
            {
                private readonly Net net = new();

                public Tensor Run(Tensor x) => net.forward([|net.Up.forward(x)|]);
            }
            """));

    [Fact]
    public Task Generic_module_is_judged_by_what_it_holds()
        => Verify.ReportsAsync(Id, """
            public sealed partial class Net<T>(T layer) : Module<Tensor, Tensor>("Net") where T : Module<Tensor, Tensor>
            {
                [Sparsity(0.5, Purpose = Purpose.Size)] private readonly T layer = layer;

                public override Tensor forward(Tensor x) => [|layer.forward(x)|];
            }
            """);

    [Fact]
    public Task Fix_calls_instead()
        => new VerifyFix(Id, new CallInsteadOfForward()).ChangesAllAsync(
            [Source("public override Tensor forward(Tensor x) => new[] { up.forward(Up.forward(x)) }.Select(block.forward).First() + up?.forward(x) + dense.forward(x);")],
            [Source("public override Tensor forward(Tensor x) => new[] { up.call(Up.call(x)) }.Select(block.call).First() + up?.call(x) + dense.forward(x);")]);

    [Fact]
    public Task Fix_keeps_what_stands_around()
        => new VerifyFix(Id, new CallInsteadOfForward()).ChangesAsync(
            Source("public override Tensor forward(Tensor x) => up\n        // the first\n        .forward ( x );"),
            Source("public override Tensor forward(Tensor x) => up\n        // the first\n        .call ( x );"));

    [Fact]
    public async Task Named_argument_is_offered_no_fix()
        => Assert.Empty(await new VerifyFix(Id, new CallInsteadOfForward()).TitlesAsync(Source("public override Tensor forward(Tensor x) => up.forward(tensor: x);")));

    private static string Source(string members) => $$"""
        public sealed partial class Block() : Module<Tensor, Tensor>("Block")
        {
            [KeepDense] private readonly Linear inner = Linear(4, 4);

            public override Tensor forward(Tensor x) => x;
        }

        public sealed partial class Net() : Module<Tensor, Tensor>("Net")
        {
            [SemiStructured(2, 4)] private readonly Linear up = Linear(4, 4);
            [SemiStructured(2, 4)] private readonly ModuleList<Linear> all = [];
            [SemiStructured(2, 4)] private readonly Own other = new();
            [KeepDense] private readonly Linear dense = Linear(4, 4);
            private readonly Linear plain = Linear(4, 4);
            private readonly ModuleList<Linear> plains = [];
            private readonly ModuleList<Block> blocks = [];
            private readonly Block block = new();

            private object[] All => [up, all, other, dense, plain, plains, blocks, block];

            [SemiStructured(2, 4)] [field: TorchSharp.Utils.ComponentName(Name = "Up")] public Linear Up { get; } = Linear(4, 4);

            {{members}}
        }

        public class Own() : Module<Tensor, Tensor>("Own")
        {
            public override Tensor forward(Tensor x) => x;

            public Tensor forward(Tensor x, int times) => x * times;
        }
        """;
}
