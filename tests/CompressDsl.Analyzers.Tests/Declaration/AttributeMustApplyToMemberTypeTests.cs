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
        => Verify.IsQuietAsync(
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
    [InlineData("[Sparsity(0.5, Purpose = Purpose.Size)] private readonly Unknown up = null!; public class Unknown : Modul { }")]
    [InlineData("[Sparsity(0.5, Purpose = Purpose.Size)] private readonly")]
    public Task Member_whose_type_does_not_resolve_is_not_judged(string member) => Verify.IsQuietOnBrokenAsync(Net(member));
}
