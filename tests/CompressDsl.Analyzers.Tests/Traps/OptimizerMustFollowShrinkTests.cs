using Microsoft.CodeAnalysis;

namespace CompressDsl.Analyzers.Tests;

/// <summary>CDSL4004.</summary>
public class OptimizerMustFollowShrinkTests
{
    private const string Id = "CDSL4004";

    private const string Net = """
        public sealed partial class Net() : Module<Tensor, Tensor>("Net")
        {
            [PruneChannels(0.5)] private readonly Linear up = Linear(4, 8);
            private readonly Linear down = Linear(8, 4);

            public Linear Down => down;

            public override Tensor forward(Tensor x) => down.call(up.call(x));
        }
        """;

    [Theory]
    [InlineData("using var optimizer = [|optim.AdamW(model.parameters())|]; model.Shrink(); optimizer.step();")]
    [InlineData("var optimizer = [|optim.SGD(model.parameters(), 0.1).KeepMasks(model)|]; model.Prune(); model.Shrink(); Train(optimizer);")]
    [InlineData("optim.Optimizer optimizer; optimizer = [|optim.AdamW(model.parameters())|]; Shrinker.Run(model); optimizer.step();")]
    [InlineData("var optimizer = [|optim.AdamW(model.parameters())|]; model.Compact(); optimizer.zero_grad();")]
    [InlineData("var optimizer = [|optim.AdamW(model.parameters())|]; for (var i = 0; i < 3; i++) { optimizer.step(); model.Prune(); model.Shrink(); }")]
    [InlineData("var optimizer = [|optim.AdamW(model.parameters())|]; if (shrinks) { model.Shrink(); } optimizer.step();")]
    [InlineData("var optimizer = [|optim.AdamW(model.named_parameters())|]; ShrinkExtensions.Shrink(model); optimizer.step();")]
    [InlineData("held = [|optim.AdamW(model.parameters())|]; model.Shrink(); held.step();")]
    public Task Optimizer_that_is_used_after_the_shrink_is_reported(string body) => Verify.ReportsAsync(Id, Net, Training(body));

    [Theory]
    [InlineData("model.Shrink(); using var optimizer = optim.AdamW(model.parameters()); optimizer.step();")]
    [InlineData("using (var optimizer = optim.AdamW(model.parameters())) { optimizer.step(); } model.Shrink();")]
    [InlineData("var optimizer = optim.AdamW(model.parameters()); optimizer.step(); model.Shrink();")]
    [InlineData("var optimizer = optim.AdamW(model.parameters()); model.Shrink(); optimizer = optim.AdamW(model.parameters()); optimizer.step();")]
    [InlineData("var optimizer = optim.AdamW(other.parameters()); model.Shrink(); optimizer.step();")]
    [InlineData("var optimizer = optim.AdamW(model.Down.parameters()); model.Shrink(); optimizer.step();")]
    [InlineData("if (shrinks) { model.Shrink(); } else { var optimizer = optim.AdamW(model.parameters()); optimizer.step(); }")]
    [InlineData("optim.Optimizer? optimizer = null; if (!shrinks) { optimizer = optim.AdamW(model.parameters()); } else { model.Shrink(); } optimizer?.step();")]
    [InlineData("optim.Optimizer? optimizer = null; if (!shrinks) { optimizer = optim.AdamW(model.parameters()); optimizer.step(); return; } model.Shrink(); optimizer?.step();")]
    [InlineData("for (var i = 0; i < 3; i++) { var optimizer = optim.AdamW(model.parameters()); optimizer.step(); model.Shrink(); }")]
    [InlineData("var optimizer = optim.AdamW(model.parameters()); for (var i = 0; i < 3; i++) { optimizer = optim.AdamW(model.parameters()); optimizer.step(); model.Shrink(); }")]
    [InlineData("Func<optim.Optimizer> make = () => optim.AdamW(model.parameters()); model.Shrink(); make().step();")]
    [InlineData("var optimizer = optim.AdamW(model.parameters()); Shrink(model); optimizer.step();")]
    public Task Optimizer_that_holds_what_is_there_is_fine(string body) => Verify.IsQuietAsync(Net, Training(body));

    [Fact]
    public async Task Top_level_statements_are_looked_at()
    {
        var program = Consumer.Compile("using var model = new Net(); var optimizer = optim.AdamW(model.parameters()); model.Shrink(); optimizer.step();\n" + Net);
        program = program.WithOptions(program.Options.WithOutputKind(OutputKind.ConsoleApplication));

        Assert.Empty(Consumer.FindErrors(program));
        Assert.Equal(Id, Assert.Single(await Consumer.AnalyzeAsync(program)).Id);
    }

    [Fact]
    public async Task Message_names_the_call_the_model_and_the_optimizer_and_the_call_is_a_second_place()
    {
        var found = await Verify.ReportsAsync(Id, Net, Training("var optimizer = [|optim.AdamW(model.parameters())|]; model.Compact(); optimizer.step();"));

        Assert.Contains("'Compact' of 'model' replaces parameters that 'optimizer' holds", found[0].Message());
        Assert.Equal("model.Compact()", found[0].AdditionalLocations[0].SourceTree!.GetText().ToString(found[0].AdditionalLocations[0].SourceSpan));
    }

    private static string Training(string body) => $$"""
        public class Training
        {
            private optim.Optimizer? held;

            public void Run(Net model, Net other, bool shrinks)
            {
                {{body}}
            }

            private static void Train(optim.Optimizer optimizer) => optimizer.step();

            private static void Shrink(Net model) { }
        }
        """;
}
