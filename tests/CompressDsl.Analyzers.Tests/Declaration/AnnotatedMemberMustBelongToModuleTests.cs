using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class AnnotatedMemberMustBelongToModuleTests
{
    private const string Id = "CDSL1008";

    [Fact]
    public Task Schedule_on_what_is_no_member_of_its_own_is_reported()
        => Verify.ReportsAsync(
            Id, Net("[[|Gradual|]] private static readonly Linear up = Linear(4, 4); [field: [|Gradual|]] [field: TorchSharp.Utils.ComponentName(Name = \"Down\")] public Linear Down { get; } = Linear(4, 4);"));

    [Theory]
    [InlineData("[[|Sparsity(0.5)|]] private static readonly Linear up = Linear(4, 4);", "is static")]
    [InlineData("[[|Sparsity(0.5)|]] public static Linear Up { get; } = Linear(4, 4);", "is static")]
    [InlineData("[[|KeepDense|]] private const int Up = 4;", "is static")]
    [InlineData("[[|Sparsity(0.5)|]] public Linear Up { get; set; } = Linear(4, 4);", "can be set")]
    [InlineData("[[|Sparsity(0.5)|]] public Linear Up { get; init; } = Linear(4, 4);", "can be set")]
    [InlineData("[[|Sparsity(0.5)|]] public Linear Up { get; private set; } = Linear(4, 4);", "can be set")]
    [InlineData("[[|Sparsity(0.5)|]] public Linear Up => Linear(4, 4);", "without storage")]
    [InlineData("[[|Sparsity(0.5)|]] public Linear this[int index] => Linear(4, 4);", "without storage")]
    [InlineData("[field: [|Sparsity(0.5)|]] [field: TorchSharp.Utils.ComponentName(Name = \"Up\")] public Linear Up { get; } = Linear(4, 4);", "'field:'")]
    [InlineData("[[|PruneLayers(Keep = 2)|]] private static readonly ModuleList<Linear> up = [];", "is static")]
    [InlineData("[[|PruneChannels(0.5)|], Sparsity(0.5)] public Linear Up { get; set; } = Linear(4, 4);", "can be set")]
    [InlineData("[[|PruneChannels(0.5)|]] public Linear Up => Linear(4, 4);", "without storage")]
    [InlineData("[field: [|PruneChannels(0.5)|]] [field: TorchSharp.Utils.ComponentName(Name = \"Up\")] public Linear Up { get; } = Linear(4, 4);", "'field:'")]
    public async Task Member_that_is_no_instance_field_or_get_only_auto_property_is_reported(string member, string reason)
    {
        var found = await Verify.ReportsAsync(Id, Net(member));
        Assert.Contains(reason, found[0].Message());
    }

    [Theory]
    [InlineData("public partial class Net { [[|Sparsity(0.5)|]] private readonly Linear up = Linear(4, 4); private int other; }")]
    [InlineData("public partial class Net { [[|PruneLayers(9.5)|]] private readonly ModuleList<Linear> layers = []; }")]
    [InlineData("public struct Net { [[|Sparsity(0.5)|]] public Linear Up; }")]
    [InlineData("public record Net([property: [|Sparsity(0.5)|]] Linear Up, [field: [|KeepDense|]] Linear Down);")]
    [InlineData("public interface INet { [[|Sparsity(0.5)|]] Linear Up { get; } }")]
    [InlineData("public enum Kinds { [[|KeepDense|]] One }")]
    [InlineData("public static class Net { [[|KeepDense|]] public static Linear Up = Linear(4, 4); }")]
    [InlineData("namespace A { class Outer<T> { class Net { [[|KeepDense|]] public T Up = default!; } } }")]
    public async Task Member_of_what_is_no_module_is_reported_once(string source)
    {
        var found = await Verify.ReportsAsync(Id, source);
        Assert.All(found, static diagnostic => Assert.Contains("does not derive from torch.nn.Module", diagnostic.Message()));
    }

    [Fact]
    public Task Explicit_implementation_has_no_name_and_is_reported()
        => Verify.ReportsAsync(
            Id,
            """
            public interface IUp { Linear Up { get; } }

            public partial class Net() : Module<Tensor, Tensor>("Net"), IUp
            {
                [[|KeepDense|]] Linear IUp.Up { get; } = Linear(4, 4);

                public override Tensor forward(Tensor x) => x;
            }
            """);

    [Theory]
    [InlineData("[KeepDense] private readonly Linear up = Linear(4, 4);")]
    [InlineData("[KeepDense] protected internal Linear up = Linear(4, 4), down = Linear(4, 4);")]
    [InlineData("[KeepDense] [field: TorchSharp.Utils.ComponentName(Name = \"Up\")] public Linear Up { get; } = Linear(4, 4);")]
    [InlineData("[KeepDense] [field: TorchSharp.Utils.ComponentName(Name = \"Up\")] public Linear Up { get => field; } = Linear(4, 4);")]
    [InlineData("[PruneLayers(0.5)] [field: TorchSharp.Utils.ComponentName(Name = \"Up\")] public ModuleList<Linear> Up { get; } = [];")]
    [InlineData("[property: KeepDense] [field: TorchSharp.Utils.ComponentName(Name = \"Up\")] public Linear Up { get; } = Linear(4, 4);")]
    public Task Member_of_a_module_is_quiet(string member) => Verify.IsQuietAsync(Net(member));

    [Fact]
    public Task Members_without_attributes_are_free_to_be_what_they_like()
        => Verify.IsQuietAsync(Net(
            "private static Linear one = Linear(4, 4); [field: TorchSharp.Utils.ComponentName(Name = \"Two\")] public Linear Two { get; set; } = Linear(4, 4); public Linear Three => one; public int Four { get; init; }",
            "[KeepDense] partial class Net"));
}
