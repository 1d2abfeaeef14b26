using CompressDsl.CodeFixes;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class ModuleMustBeRegisteredTests
{
    private const string Id = "CDSL1009";
    private const string Class = "[KeepDense] public sealed partial class Net";

    [Theory]
    [InlineData("private readonly List<Linear> [|layers|] = [];", "ModuleList")]
    [InlineData("private readonly Linear[] [|layers|] = [];", "ModuleList")]
    [InlineData("private readonly IReadOnlyList<Module<Tensor, Tensor>> [|layers|] = [];", "ModuleList")]
    [InlineData("private readonly Dictionary<string, Linear> [|layers|] = [];", "ModuleList")]
    [InlineData("private readonly (Linear Up, int Size) [|pair|] = (Linear(4, 4), 4);", "ModuleList")]
    [InlineData("public List<Linear> [|Layers|] { get; } = [];", "ModuleList")]
    [InlineData("public Linear [|Up|] { get; } = Linear(4, 4);", "'<Up>k__BackingField'")]
    [InlineData("[TorchSharp.Utils.ComponentName(Name = \"up\")] public Linear [|Up|] { get; set; } = Linear(4, 4);", "'<Up>k__BackingField'")]
    public async Task Module_that_is_not_found_or_nameless_is_reported_on_the_member(string member, string reason)
    {
        var found = await Verify.ReportsAsync(Id, Net(member, Class));
        Assert.Contains(reason, found[0].Message());
    }

    [Theory]
    [InlineData("Linear [|up|]", "up.call(x)", "")]
    [InlineData("Linear [|up|], int size", "this.Up(x)", "private Tensor Up(Tensor x) => up.call(x);")]
    [InlineData("List<Linear> [|all|]", "all[0].call(x)", "")]
    public async Task Captured_parameter_is_reported_on_its_name(string parameters, string result, string member)
    {
        var found = await Verify.ReportsAsync(Id, Primary(parameters, result, member));
        Assert.Contains("is kept in a hidden field", found[0].Message());
    }

    [Theory]
    [InlineData("private readonly ModuleList<Linear> layers = []; private readonly Linear up = Linear(4, 4);")]
    [InlineData("[field: TorchSharp.Utils.ComponentName(Name = \"up\")] public Linear Up { get; } = Linear(4, 4);")]
    [InlineData("private readonly Linear up = Linear(4, 4); public Linear Up => up;")]
    [InlineData("private readonly Linear up = Linear(4, 4); private readonly Linear[] all; public Net(int size) : base(nameof(Net)) { all = [up]; }")]
    [InlineData("private static readonly List<Linear> shared = [];")]
    [InlineData("private readonly List<Tensor> tables = []; private readonly Func<Linear> make = () => Linear(4, 4);")]
    [InlineData("private readonly List<Linear> layers = []; public void Add(Linear layer) { layers.Add(layer); register_module(\"layer\", layer); }")]
    public Task Module_that_is_registered_and_what_is_none_are_quiet(string member) => Verify.IsQuietAsync(Net(member, Class));

    [Theory]
    [InlineData("Linear up", "this.up.call(x)", "private readonly Linear up = up;")]
    [InlineData("Linear up", "other.call(x)", "private readonly Linear other = up;")]
    [InlineData("int size", "x * size", "")]
    public Task Parameter_that_goes_into_a_field_is_quiet(string parameters, string result, string member) => Verify.IsQuietAsync(Primary(parameters, result, member));

    [Fact]
    public Task Class_without_an_attribute_is_free() => Verify.IsQuietAsync(Net("private readonly List<Linear> layers = []; public Linear Up { get; } = Linear(4, 4);"));

    [Fact]
    public Task Student_is_looked_at()
        => Verify.ReportsAsync(Id, Pair().Replace("private readonly Linear head = Linear(384", "private readonly Linear[] [|layers|] = []; private readonly Linear head = Linear(384"));

    [Fact]
    public Task Fix_uses_a_list_of_modules()
        => new VerifyFix(Id, new UseModuleList()).ChangesAllAsync(
            [Net("private readonly List<Linear> one = new List<Linear>(); private readonly IReadOnlyList<Linear> two = []; private List<Linear> three = new(); public int Count => one.Count + two.Count;", Class)],
            [Net("private readonly ModuleList<Linear> one = new ModuleList<Linear>(); private readonly ModuleList<Linear> two = []; private ModuleList<Linear> three = new(); public int Count => one.Count + two.Count;", Class)]);

    [Theory]
    [InlineData("private readonly List<Linear> layers = []; public void Sort() => layers.Sort();")]
    [InlineData("private readonly Linear[] layers = new Linear[4];")]
    [InlineData("private readonly Dictionary<string, Linear> layers = [];")]
    public async Task List_that_is_used_as_no_other_can_be_is_offered_no_fix(string member)
        => Assert.Empty(await new VerifyFix(Id, new UseModuleList()).TitlesAsync(Net(member, Class)));

    [Fact]
    public Task Fix_names_a_property()
        => new VerifyFix(Id, new NameComponent()).ChangesAllAsync(
            [Net("/// <summary>Up.</summary>\n    [KeepDense]\n    public Linear Up { get; } = Linear(4, 4); public Linear Down { get; } = Linear(4, 4);", Class)],
            [Net("/// <summary>Up.</summary>\n    [field: TorchSharp.Utils.ComponentName(Name = nameof(Up))]\n    [KeepDense]\n    public Linear Up { get; } = Linear(4, 4); [field: TorchSharp.Utils.ComponentName(Name = nameof(Down))] public Linear Down { get; } = Linear(4, 4);", Class)]);

    [Fact]
    public Task Fix_puts_a_parameter_into_a_field()
        => new VerifyFix(Id, new KeepInField()).ChangesAsync(Primary("Linear up", "up.call(x)", ""), Primary("Linear up", "up.call(x)", "").Replace("[KeepDense] private", "private readonly Linear up = up;\n    [KeepDense] private"));

    [Fact]
    public Task Fix_leaves_the_comment_of_the_first_member_where_it_is()
        => new VerifyFix(Id, new KeepInField()).ChangesAsync(
            Primary("Linear up", "up.call(x)", "").Replace("[KeepDense] private", "/// <summary>Head.</summary>\n    [KeepDense] private"),
            Primary("Linear up", "up.call(x)", "").Replace("[KeepDense] private", "private readonly Linear up = up;\n    /// <summary>Head.</summary>\n    [KeepDense] private"));

    private static string Primary(string parameters, string result, string member) => $$"""
        public sealed partial class Net({{parameters}}) : Module<Tensor, Tensor>("Net")
        {
            [KeepDense] private readonly Linear head = Linear(4, 4);
            {{member}}

            public override Tensor forward(Tensor x) => head.call({{result}});
        }
        """;
}
