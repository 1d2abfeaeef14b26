using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class NamedMemberMustExistTests
{
    private const string Id = "CDSL1007";

    private const string Members = """
        private readonly Linear q = Linear(4, 4), k = Linear(4, 4);
        private readonly SparseLinear? v = new(4, 4);
        public Linear Mix => q;
        private int heads;
        private readonly long groups = 2;
        public int Many { get; } = 4;
        public int Computed => heads;
        private const int Fixed = 4;
        private static int shared;
        private static readonly Linear table = Linear(4, 4);
        private readonly Dropout dropout = Dropout();
        private double share;
        private void Method() { heads = shared; shared = heads; share = heads; }
        """;

    [Theory]
    [InlineData("Query = \"qq\"", "Query names 'qq', which is no field or property of 'Net'; it must name a field or property that holds a Linear or SparseLinear")]
    [InlineData("Key = nameof(Method)", "Key names 'Method', which is no field or property of 'Net'; it must name a field")]
    [InlineData("Value = nameof(dropout)", "Value names 'dropout' of type 'Dropout'; it must name a field or property that holds a Linear")]
    [InlineData("Output = nameof(table)", "Output names the static 'table' of type 'Linear'; it must name a field or property")]
    [InlineData("Output = \"\"", "Output names '', which is no field or property of 'Net'")]
    [InlineData("Heads = nameof(q)", "Heads names 'q' of type 'Linear'; it must name an instance field or auto-property of type int or long")]
    [InlineData("Heads = nameof(share)", "Heads names 'share' of type 'double'")]
    [InlineData("Heads = nameof(Fixed)", "Heads names the static 'Fixed' of type 'int'")]
    [InlineData("KeyValueHeads = nameof(shared)", "KeyValueHeads names the static 'shared' of type 'int'")]
    [InlineData("KeyValueHeads = nameof(Computed)", "KeyValueHeads names the computed 'Computed' of type 'int'")]
    public async Task Name_that_cannot_play_its_role_is_reported_on_the_argument(string role, string message)
    {
        var found = await Verify.ReportsAsync(Id, Net(Members, $"[PruneHeads(0.25, [|{role}|])] partial class Net"));
        Assert.StartsWith(message, found[0].Message());
    }

    [Fact]
    public Task Every_wrong_name_is_reported()
        => Verify.ReportsAsync(Id, Net(Members, "[PruneHeads(Keep = 2, [|Query = nameof(heads)|], Key = nameof(k), [|Heads = nameof(k)|])] partial class Net"));

    [Theory]
    [InlineData("Query = nameof(q), Key = nameof(k), Value = nameof(v), Output = nameof(Mix), Heads = nameof(heads), KeyValueHeads = nameof(groups)")]
    [InlineData("Query = nameof(q), Key = nameof(q), Value = nameof(q), Heads = nameof(Many)")]
    [InlineData("Query = null, Heads = null")]
    public Task Name_that_can_play_its_role_is_quiet(string roles)
        => Verify.IsQuietAsync(Net(Members, $"[PruneHeads(0.25, {roles})] partial class Net"));

    [Fact]
    public Task Member_of_a_base_class_is_found_however_private()
        => Verify.IsQuietAsync("""
            public abstract class Attention<T>() : Module<Tensor, Tensor>("Attention") where T : struct
            {
                private readonly Linear q = Linear(4, 4);
                private readonly int heads = 2;
                public override Tensor forward(Tensor x) => q.call(x) * heads;
            }

            [PruneHeads(0.5, Query = "q", Heads = "heads")]
            public sealed partial class Net : Attention<int>;
            """);

    [Theory]
    [InlineData("Query = nameof(unknown)")]
    [InlineData("Query = 5")]
    public async Task Name_that_does_not_compile_is_not_judged(string role)
    {
        var compilation = Consumer.Compile(Net("private readonly Linea unknown = null!;", $"[PruneHeads(0.25, {role})] partial class Net"));
        Assert.NotEmpty(Consumer.FindErrors(compilation));
        Assert.Empty(await Consumer.AnalyzeAsync(compilation));
    }
}
