using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class PatternMustKeepFewerThanItsLengthTests
{
    private const string Id = "CDSL1005";

    [Theory]
    [InlineData("[|4|], 2")]
    [InlineData("[|4|], 4")]
    [InlineData("[|0|], 4")]
    [InlineData("[|-1|], 4")]
    [InlineData("0, [|1|]")]
    [InlineData("2, [|0|]")]
    [InlineData("2, [|-4|]")]
    [InlineData("m: 2, [|n: 4|]")]
    [InlineData("[|n: 4|], 2")]
    [InlineData("[|Four|], 4, Criterion = Criterion.Magnitude")]
    public Task Pattern_that_keeps_none_or_all_is_reported_on_the_argument(string arguments)
        => Verify.ReportsAsync(Id, Net($"private const int Four = 4; [SemiStructured({arguments})] private readonly Linear up = Linear(8, 4);"));

    [Fact]
    public async Task Message_shows_the_pattern_and_a_right_one()
    {
        var found = await Verify.ReportsAsync(Id, Net("", "[SemiStructured([|4|], 2)] partial class Net"));
        Assert.StartsWith("4:2 is not a pattern", found[0].Message());
        Assert.Contains("[SemiStructured(2, 4)]", found[0].Message());
    }

    [Theory]
    [InlineData("2, 4")]
    [InlineData("1, 2")]
    [InlineData("m: 8, n: 7")]
    public Task Pattern_is_quiet(string arguments)
        => Verify.IsQuietAsync(Net($"[SemiStructured({arguments}, Purpose = Purpose.Size)] private readonly Linear up = Linear(8, 4);"));

    [Theory]
    [InlineData("[SemiStructured(4)]")]
    [InlineData("[SemiStructured(4, )]")]
    [InlineData("[SemiStructured(4.5, 2)]")]
    [InlineData("[SemiStructured]")]
    public Task Attribute_that_does_not_compile_is_not_judged(string attribute)
        => Verify.IsQuietOnBrokenAsync(Net($"{attribute} private readonly Linear up = Linear(8, 4);"));
}
