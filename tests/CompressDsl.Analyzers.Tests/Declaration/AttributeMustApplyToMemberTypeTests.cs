using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class AttributeMustApplyToMemberTypeTests
{
    private const string Id = "CDSL1003";

    [Theory]
    [InlineData("Dropout")]
    [InlineData("ReLU")]
    [InlineData("LayerNorm")]
    [InlineData("LSTM")]
    [InlineData("int")]
    [InlineData("string")]
    [InlineData("Tensor")]
    [InlineData("List<Linear>")]
    [InlineData("Linear[]")]
    [InlineData("Net2")]
    public Task Member_without_prunable_weight_is_reported_on_its_attribute(string type)
        => Verify.ReportsAsync(Id, Net($"[[|Sparsity(0.5)|]] private readonly {type} member = default!;"), "public class Net2;");

    [Fact]
    public async Task Message_names_attribute_member_and_type_and_what_would_be_right()
    {
        var found = await Verify.ReportsAsync(Id, Net("[[|SemiStructured(2, 4)|]] public List<Linear> Layers { get; } = [];"));
        Assert.StartsWith("[SemiStructured] does not apply to 'Layers' of type 'List<Linear>'; it stands on a layer with a prunable weight (Linear,", found[0].Message());
    }

    [Fact]
    public Task Blocks_stand_where_single_weights_do()
        => Verify.ReportsAsync(
            Id,
            Net("""
                [[|BlockSparsity(0.5, 2, 2)|]] private readonly Dropout a = Dropout();
                [BlockSparsity(0.5, 2, 2, Purpose = Purpose.Size)] private readonly Conv2d b = Conv2d(4, 4, 1);
                [BlockSparsity(0.5, 2, 2, Purpose = Purpose.Size)] private readonly Parameter c = null!;
                [BlockSparsity(0.5, 2, 2, Purpose = Purpose.Size)] private readonly Sequential d = null!;
                """));

    [Theory]
    [InlineData("Sparsity(0.5", "Wanda", "Embedding")]
    [InlineData("Sparsity(0.5", "SparseGpt", "Parameter")]
    [InlineData("BlockSparsity(0.5, 2, 2", "Alps", "ConvTranspose2d?")]
    [InlineData("SemiStructured(2, 4", "Wanda", "Conv3d")]
    public async Task Criterion_that_looks_at_inputs_is_reported_where_they_cannot_be_seen(string attribute, string criterion, string type)
    {
        var found = await Verify.ReportsAmongAsync(
            Id, ["CDSL2007"], Net($"[[|{attribute}, Criterion = Criterion.{criterion}, Purpose = Purpose.Size)|]] private readonly {type} member = null!;"));
        Assert.EndsWith(
            $"does not apply to 'member' of type '{type}'; it stands on a layer whose inputs Criterion.{criterion} can look at "
                + "(Linear, SparseLinear, Conv1d/2d), or a module that holds such layers",
            found[0].Message());
    }

    [Theory]
    [InlineData("Wanda", "Linear")]
    [InlineData("SparseGpt", "SparseLinear?")]
    [InlineData("Alps", "Conv1d")]
    [InlineData("Wanda", "Conv2d")]
    [InlineData("Wanda", "ModuleList<Linear>")]
    [InlineData("Wanda", "Sequential")]
    [InlineData("Wanda", "Module<Tensor, Tensor>")]
    [InlineData("Taylor", "Embedding")]
    [InlineData("Fisher", "Parameter")]
    [InlineData("Movement", "ConvTranspose1d")]
    [InlineData("Random", "Conv3d")]
    public Task Criterion_is_quiet_where_it_can_work(string criterion, string type)
        => Verify.ReportsAmongAsync(Id, ["CDSL2007"], Net($"[Sparsity(0.5, Criterion = Criterion.{criterion}, Purpose = Purpose.Size)] private readonly {type} member = null!;"));

    [Fact]
    public Task Criterion_of_a_class_is_left_to_its_run()
        => Verify.IsQuietAsync(Net(
            "private readonly ConvTranspose2d up = null!; private readonly Linear down = null!;",
            "[Sparsity(0.5, Criterion = Criterion.Wanda, Purpose = Purpose.Size)] partial class Net"));

    [Theory]
    [InlineData("PruneChannels", "Dropout", "a layer whose output channels can go (Linear, SparseLinear, Conv1d/2d/3d, ConvTranspose1d/2d/3d), or on a class")]
    [InlineData("PruneChannels", "Embedding", "a layer whose output")]
    [InlineData("PruneChannels", "Parameter", "a layer whose output")]
    [InlineData("PruneChannels", "ModuleList<Linear>", "a layer whose output")]
    [InlineData("PruneChannels", "int", "a layer whose output")]
    [InlineData("PruneLayers", "Linear", "a ModuleList or Sequential, of whose blocks some go")]
    [InlineData("PruneLayers", "List<Linear>", "a ModuleList or Sequential")]
    [InlineData("PruneLayers", "ModuleDict<Linear>", "a ModuleList or Sequential")]
    [InlineData("PruneLayers", "Module<Tensor, Tensor>", "a ModuleList or Sequential")]
    public async Task Structure_attribute_on_what_has_no_such_structure_is_reported(string attribute, string type, string allowed)
    {
        var found = await Verify.ReportsAsync(Id, Net($"[[|{attribute}(0.5)|]] private readonly {type} member = default!;"));
        Assert.StartsWith($"[{attribute}] does not apply to 'member' of type '{type}'; it stands on {allowed}", found[0].Message());
    }

    [Theory]
    [InlineData("PruneChannels", "Linear")]
    [InlineData("PruneChannels", "SparseLinear?")]
    [InlineData("PruneChannels", "Conv1d")]
    [InlineData("PruneChannels", "Conv3d")]
    [InlineData("PruneChannels", "ConvTranspose2d")]
    [InlineData("SemiStructured(2, 4), PruneChannels", "Conv2d")]
    [InlineData("PruneLayers", "ModuleList<Linear>")]
    [InlineData("PruneLayers", "ModuleList<Module<Tensor, Tensor>>?")]
    [InlineData("PruneLayers", "Sequential")]
    [InlineData("PruneLayers", "Sequential<Tensor, Tensor, Tensor>")]
    [InlineData("PruneLayers", "Blocks")]
    [InlineData("PruneLayers", "Chain")]
    [InlineData("SemiStructured(2, 4), PruneLayers", "ModuleList<Linear>")]
    public Task Structure_attribute_where_it_applies_is_quiet(string attribute, string type)
        => Verify.IsQuietAsync(
            Net($"[{attribute}(0.5)] private readonly {type} member = default!;"),
            "public class Blocks : ModuleList<Linear>; public class Chain() : Sequential(Array.Empty<Module<Tensor, Tensor>>());");

    [Fact]
    public Task Channels_and_layers_of_one_member_cannot_both_go()
        => Verify.ReportsAsync(Id, Net("[PruneChannels(0.5), [|PruneLayers(0.5)|]] private readonly Linear up = Linear(4, 4);"));

    [Theory]
    [InlineData("[[|Gradual|]] private readonly Linear up = Linear(4, 4);", "partial class Net", "'up' of type 'Linear'")]
    [InlineData("[[|Gradual|]] [field: TorchSharp.Utils.ComponentName(Name = \"Up\")] public Linear Up { get; } = Linear(4, 4);", "[SemiStructured(2, 4)] partial class Net", "'Up' of type 'Linear'")]
    [InlineData("[[|Gradual(Steps = 10)|]] private readonly int up;", "class Net", "'up' of type 'int'")]
    [InlineData("[SemiStructured(2, 4)] private readonly Linear up = Linear(4, 4);", "[[|Gradual|]] partial class Net", "the class 'Net'")]
    public async Task Schedule_without_a_target_beside_it_is_reported(string member, string declaration, string what)
    {
        var found = await Verify.ReportsAsync(Id, Net(member, declaration));
        Assert.Equal(
            $"[Gradual] does not apply to {what}; it stands on a class or member that carries [Sparsity], [SemiStructured] or [BlockSparsity] itself",
            found[0].Message());
    }

    [Fact]
    public Task Schedule_on_a_class_that_is_no_module_is_reported() => Verify.ReportsAsync(Id, "[[|Gradual|]] public class Net;");

    [Fact]
    public Task Schedule_beside_a_target_is_quiet()
        => Verify.IsQuietAsync(
            Net("""
                [Sparsity(0.5, Purpose = Purpose.Size), Gradual] private readonly Linear a = Linear(4, 4);
                [Gradual(Steps = 1, Ramp = Ramp.Linear, Every = 1, Begin = 0)] [SemiStructured(2, 4)] [field: TorchSharp.Utils.ComponentName(Name = "B")] public Linear B { get; } = Linear(4, 4);
                [BlockSparsity(0.5, 2, 2, Purpose = Purpose.Size)] [Gradual(Begin = 5)] private readonly Sequential c = null!;
                """,
                "[SemiStructured(2, 4), Gradual] partial class Net"));

    [Theory]
    [InlineData("int")]
    [InlineData("List<Linear>")]
    [InlineData("Tensor")]
    public async Task Keep_dense_on_what_is_no_module_is_reported(string type)
    {
        var found = await Verify.ReportsAsync(Id, Net($"[[|KeepDense|]] private readonly {type} member = default!;"));
        Assert.EndsWith("it stands on a module or a Parameter", found[0].Message());
    }

    [Theory]
    [InlineData("Linear")]
    [InlineData("Linear?")]
    [InlineData("Conv2d")]
    [InlineData("ConvTranspose1d")]
    [InlineData("Embedding")]
    [InlineData("Parameter")]
    [InlineData("SparseLinear")]
    [InlineData("ModuleList<Linear>")]
    [InlineData("ModuleDict<Conv1d>")]
    [InlineData("Sequential")]
    [InlineData("Sequential<Tensor, Tensor>")]
    [InlineData("Module<Tensor, Tensor>")]
    [InlineData("Net2")]
    public Task Member_with_prunable_weight_is_quiet(string type)
        => Verify.ReportsAmongAsync(
            Id,
            ["CDSL2007"],
            Net($"[Sparsity(0.5, Purpose = Purpose.Size)] private readonly {type} member = default!;"),
            "public class Net2() : Module<Tensor, Tensor>(\"Net2\") { public override Tensor forward(Tensor x) => x; }");

    [Theory]
    [InlineData("Dropout")]
    [InlineData("LayerNorm")]
    [InlineData("Parameter")]
    [InlineData("ParameterList")]
    [InlineData("MultiheadAttention")]
    public Task Keep_dense_on_any_module_is_quiet(string type) => Verify.IsQuietAsync(Net($"[KeepDense] private readonly {type} member = default!;"));

    [Fact]
    public Task Type_parameter_that_is_a_module_is_quiet_and_another_is_not()
        => Verify.ReportsAsync(Id, """
            public sealed partial class Net<T, U, V> : Module<Tensor, Tensor>
                where T : Module<Tensor, Tensor>
                where U : T
            {
                [KeepDense] private readonly T one = null!;
                [KeepDense] private readonly U two = null!;
                [[|KeepDense|]] private readonly V three = default!;

                public Net() : base("Net") { }

                public override Tensor forward(Tensor x) => x;
            }
            """);

    [Theory]
    [InlineData("[Sparsity(0.5, Purpose = Purpose.Size)] private readonly Linea up = null!;")]
    [InlineData("[Sparsity(0.5, Purpose = Purpose.Size)] private readonly ModuleList<Blok> up = null!;")]
    [InlineData("[PruneLayers(0.5)] private readonly ModuleLis<Linear> up = null!;")]
    [InlineData("[PruneChannels(0.5)] private readonly Linea up = null!;")]
    [InlineData("[PruneHidden(5)] private readonly Dropout up = null!;")]
    [InlineData("[Sparsity(0.5, Purpose = Purpose.Size)] private readonly Unknown up = null!; public class Unknown : Modul { }")]
    [InlineData("[Sparsity(0.5, Purpose = Purpose.Size)] private readonly")]
    public Task Member_that_does_not_compile_is_not_judged(string member) => Verify.IsQuietOnBrokenAsync(Net(member));
}
