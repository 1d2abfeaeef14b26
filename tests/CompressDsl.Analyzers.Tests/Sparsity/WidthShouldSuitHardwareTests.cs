using CompressDsl.CodeFixes;
using Microsoft.CodeAnalysis;
using static CompressDsl.Analyzers.Tests.StructureSources;

namespace CompressDsl.Analyzers.Tests;

public class WidthShouldSuitHardwareTests
{
    private const string Id = "CDSL2005";

    [Theory]
    [InlineData("PruneChannels(0.3)", 180)]
    [InlineData("PruneChannels(Keep = 100)", 100)]
    [InlineData("PruneChannels(0.01, Criterion = Criterion.Taylor)", 254)]
    public async Task Width_between_multiples_is_suggested_about_on_the_attribute(string attribute, int kept)
    {
        var found = await Verify.ReportsAsync(Id, Mlp(up: Up($"[|{attribute}|]")));
        Assert.StartsWith($"Of the 256 channels of 'up' {kept} are left", found[0].Message());
        Assert.Equal(DiagnosticSeverity.Info, found[0].Severity);
    }

    [Fact]
    public Task Attribute_of_a_class_speaks_of_all_its_channels()
        => Verify.ReportsAsync(Id, Mlp(up: "private readonly Linear up = Linear(64, 256);", declaration: "[[|PruneChannels(0.3)|]] public sealed partial class Net"));

    [Theory]
    [InlineData("PruneChannels(0.5)")]
    [InlineData("PruneChannels(Keep = 200)")]
    [InlineData("PruneChannels(0.3, RoundTo = 8)")]
    [InlineData("PruneChannels(0.3, RoundTo = 2)")]
    [InlineData("PruneChannels(0.3, Scope = Scope.Global)")]
    public Task Multiple_rounding_and_what_is_decided_later_are_quiet(string attribute) => Verify.IsQuietAsync(Mlp(up: Up(attribute)));

    [Theory]
    [InlineData("Linear(64, 40)", "Linear(40, 64)")]
    [InlineData("Linear(64, 250)", "Linear(250, 64)")]
    [InlineData("Linear(64, int.Parse(\"256\"))", "Linear(int.Parse(\"256\"), 64)")]
    public Task Small_odd_and_unknown_widths_are_quiet(string up, string down)
        => Verify.IsQuietAsync(Mlp(up: $"[PruneChannels(0.3)] private readonly Linear up = {up};", down: $"private readonly Linear down = {down};"));

    [Fact]
    public Task Fix_rounds()
        => new VerifyFix(Id, new RoundWidth()).ChangesAllAsync([Mlp(up: Up("PruneChannels(0.3)"))], [Mlp(up: Up("PruneChannels(0.3, RoundTo = 8)"))]);

    [Fact]
    public Task Fix_rounds_convolutions_to_what_libtorch_works_in()
        => new VerifyFix(Id, new RoundWidth()).ChangesAsync(Convolutions("PruneChannels(0.3)"), Convolutions("PruneChannels(0.3, RoundTo = 16)"));

    [Fact]
    public async Task Count_that_is_written_out_is_offered_no_fix()
        => Assert.Empty(await new VerifyFix(Id, new RoundWidth()).TitlesAsync(Mlp(up: Up("PruneChannels(Keep = 100)"))));

    private static string Up(string attribute) => $"[{attribute}] private readonly Linear up = Linear(64, 256);";

    private static string Convolutions(string attribute)
        => Mlp(up: $"[{attribute}] private readonly Conv2d up = Conv2d(3, 64, 3);", down: "private readonly Conv2d down = Conv2d(64, 3, 3);");
}
