using CompressDsl.CodeFixes;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class MemberMustHaveOneRuleTests
{
    private const string Id = "CDSL1006";

    [Fact]
    public async Task Second_attribute_of_a_member_is_reported()
    {
        var found = await Verify.ReportsAsync(Id, Net("[Sparsity(0.5), [|SemiStructured(2, 4)|]] private readonly Linear up = Linear(4, 4);"));
        Assert.Equal("'up' carries both [Sparsity] and [SemiStructured]; keep one", found[0].Message());
    }

    [Fact]
    public Task Every_further_attribute_is_reported_in_whatever_list()
        => Verify.ReportsAsync(Id, Net("[Sparsity(0.5)] [[|KeepDense|], Obsolete, [|SemiStructured(2, 4)|]] [field: TorchSharp.Utils.ComponentName(Name = \"Up\")] public Linear Up { get; } = Linear(4, 4);"));

    [Fact]
    public Task Blocks_conflict_with_every_other_pattern()
        => Verify.ReportsAsync(
            Id,
            Net("""
                [BlockSparsity(0.5, 2, 2), [|Sparsity(0.5)|]] private readonly Linear a = Linear(4, 4);
                [KeepDense, [|BlockSparsity(0.5, 2, 2)|]] private readonly Linear b = Linear(4, 4);
                """));

    [Fact]
    public async Task Schedule_beside_keep_dense_is_reported()
    {
        var found = await Verify.ReportsAsync(Id, Net("[[|Gradual|], KeepDense] private readonly Linear up = Linear(4, 4);"));
        Assert.Equal("'up' carries both [KeepDense] and [Gradual]; keep one", found[0].Message());
    }

    [Fact]
    public Task Schedule_beside_several_targets_is_no_further_conflict()
        => Verify.ReportsAsync(Id, Net("[Gradual, Sparsity(0.5), [|KeepDense|]] private readonly Linear up = Linear(4, 4);"));

    [Theory]
    [InlineData("[KeepDense, [|PruneChannels(0.5)|]] private readonly Linear up = Linear(4, 4);", "partial class Net", "'up' carries both [KeepDense] and [PruneChannels]; keep one")]
    [InlineData("[[|PruneLayers(0.5)|], KeepDense] private readonly ModuleList<Linear> up = [];", "partial class Net", "'up' carries both [KeepDense] and [PruneLayers]; keep one")]
    [InlineData("", "[[|PruneHeads(0.5)|], KeepDense, [|PruneHidden(0.5)|]] partial class Net", "'Net' carries both [KeepDense] and [PruneHeads]; keep one")]
    public async Task Structure_beside_keep_dense_is_reported(string member, string declaration, string message)
    {
        var found = await Verify.ReportsAsync(Id, Net(member, declaration));
        Assert.Equal(message, found[0].Message());
    }

    [Fact]
    public Task Structure_beside_sparsity_is_no_conflict()
        => Verify.IsQuietAsync(Net(
            "[PruneChannels(0.5), SemiStructured(2, 4)] private readonly Linear up = Linear(4, 4); [KeepDense] private readonly Linear down = Linear(4, 4);",
            "[PruneHidden(0.5), PruneHeads(0.5)] partial class Net"));

    [Theory]
    [InlineData("KeepDense", "[PruneChannels(0.5), KeepDense]", "[KeepDense]")]
    [InlineData("PruneChannels", "[PruneChannels(0.5), KeepDense]", "[PruneChannels(0.5)]")]
    [InlineData("SemiStructured", "[PruneChannels(0.5)] [KeepDense, SemiStructured(2, 4)]", "[PruneChannels(0.5)] [SemiStructured(2, 4)]")]
    public Task Fix_keeps_structure_or_what_is_dense(string kept, string before, string after)
        => new VerifyFix(Id, new KeepOneAttribute(), $"KeepOneAttribute {kept}").ChangesAllAsync(
            [Net(before + " private readonly Linear up = Linear(4, 4);")],
            [Net(after + " private readonly Linear up = Linear(4, 4);")]);

    [Theory]
    [InlineData("Sparsity", "[Sparsity(0.5), KeepDense, Gradual(Steps = 5)]", "[Sparsity(0.5, Purpose = Purpose.Size), Gradual(Steps = 5)]")]
    [InlineData("BlockSparsity", "[Gradual] [BlockSparsity(0.5, 2, 2), SemiStructured(2, 4)]", "[Gradual] [BlockSparsity(0.5, 2, 2)]")]
    [InlineData("KeepDense", "[Gradual] [Sparsity(0.5), KeepDense]", "[KeepDense]")]
    [InlineData("KeepDense", "[KeepDense, Gradual]", "[KeepDense]")]
    public Task Fix_takes_the_schedule_away_with_its_target(string kept, string before, string after)
        => new VerifyFix(Id, new KeepOneAttribute(), $"KeepOneAttribute {kept}").ChangesAllAsync(
            [Net(before.Replace("Sparsity(0.5)", "Sparsity(0.5, Purpose = Purpose.Size)") + " private readonly Linear up = Linear(4, 4);")],
            [Net(after + " private readonly Linear up = Linear(4, 4);")]);

    [Fact]
    public Task Attributes_on_parts_of_a_class_conflict()
        => Verify.ReportsAsync(Id, Net("", "[Sparsity(0.5)] public partial class Net"), "[[|KeepDense|]] partial class Net;");

    [Fact]
    public Task Attribute_of_the_class_and_another_of_a_member_are_no_conflict()
        => Verify.IsQuietAsync(Net("[KeepDense] private readonly Linear up = Linear(4, 4);", "[SemiStructured(2, 4)] partial class Net"));

    [Fact]
    public async Task Fix_is_offered_for_each_attribute()
        => Assert.Equal(
            ["Keep [Sparsity(0.5)]", "Keep [SemiStructured(2, 4)]", "Keep [KeepDense]"],
            await new VerifyFix(Id, new KeepOneAttribute()).TitlesAsync(
                Net("[Sparsity(0.5), SemiStructured(2, 4), KeepDense] private readonly Linear up = Linear(4, 4);")));

    [Theory]
    [InlineData("SemiStructured", "[Sparsity(0.5), SemiStructured(2, 4)]\n    private readonly", "[SemiStructured(2, 4)]\n    private readonly")]
    [InlineData("Sparsity", "[Sparsity(0.5), Obsolete, SemiStructured(2, 4)] private readonly", "[Sparsity(0.5), Obsolete] private readonly")]
    [InlineData("KeepDense", "[Sparsity(0.5)]\n    [KeepDense]\n    private readonly", "[KeepDense]\n    private readonly")]
    [InlineData("Sparsity", "[Sparsity(0.5)]\n    [KeepDense] // why\n    private readonly", "[Sparsity(0.5)]\n     // why\n    private readonly")]
    [InlineData("KeepDense", "/// <summary>Doc.</summary>\n    [Sparsity(0.5)] [KeepDense] [SemiStructured(2, 4)] private readonly", "/// <summary>Doc.</summary>\n    [KeepDense] private readonly")]
    public Task Fix_keeps_the_chosen_one_and_what_stands_around(string kept, string before, string after)
        => new VerifyFix(Id, new KeepOneAttribute(), $"KeepOneAttribute {kept}").ChangesAllAsync(
            [Net(before + " Linear up = Linear(4, 4);")],
            [Net(after + " Linear up = Linear(4, 4);")]);

    [Fact]
    public Task Fix_all_keeps_the_same_attribute_everywhere_it_stands()
        => new VerifyFix(Id, new KeepOneAttribute(), "KeepOneAttribute SemiStructured").ChangesAllAsync(
            [
                Net("[Sparsity(0.5), SemiStructured(2, 4)] private readonly Linear up = Linear(4, 4); [KeepDense, SemiStructured(1, 4)] private readonly Linear down = Linear(4, 4);"),
                $$"""namespace A { {{Net("", "[Sparsity(0.5)] [KeepDense] partial class Net")}} }""",
            ],
            [
                Net("[SemiStructured(2, 4)] private readonly Linear up = Linear(4, 4); [SemiStructured(1, 4)] private readonly Linear down = Linear(4, 4);"),
                $$"""namespace A { {{Net("", "[Sparsity(0.5)] [KeepDense] partial class Net")}} }""",
            ],
            remaining: 1);

    [Fact]
    public Task Fix_removes_the_attribute_from_another_part_of_the_class()
        => new VerifyFix(Id, new KeepOneAttribute(), "KeepOneAttribute KeepDense").ChangesAllAsync(
            [Net("", "[Sparsity(0.5)]\npublic partial class Net"), "[KeepDense] partial class Net;"],
            [Net("", "public partial class Net"), "[KeepDense] partial class Net;"]);
}
