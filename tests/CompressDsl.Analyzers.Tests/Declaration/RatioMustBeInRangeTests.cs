using System.Globalization;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class RatioMustBeInRangeTests
{
    private const string Id = "CDSL1004";

    [Theory]
    [InlineData("[Sparsity([|1.5|])]")]
    [InlineData("[Sparsity([|0|])]")]
    [InlineData("[Sparsity([|1|], Purpose = Purpose.Size)]")]
    [InlineData("[Sparsity([|-0.5|])]")]
    [InlineData("[Sparsity([|double.NaN|])]")]
    [InlineData("[Sparsity([|double.PositiveInfinity|])]")]
    [InlineData("[Sparsity([|sparsity: 2|])]")]
    [InlineData("[Sparsity([|Share * 2|], Criterion = Criterion.Magnitude)]")]
    public Task Ratio_outside_of_its_range_is_reported_on_the_argument(string attribute)
        => Verify.ReportsAsync(Id, Net($"private const double Share = 0.5; {attribute} private readonly Linear up = Linear(4, 4);"));

    [Fact]
    public Task Ratio_on_a_class_is_reported() => Verify.ReportsAsync(Id, Net("", "[Sparsity([|1.01|])] partial class Net"));

    [Fact]
    public async Task Message_is_the_same_in_every_culture()
    {
        var culture = CultureInfo.CurrentCulture;

        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("tr-TR");
            var found = await Verify.ReportsAsync(Id, Net("[Sparsity([|1.5|])] private readonly Linear up = Linear(4, 4);"));
            Assert.Equal("Sparsity is 1.5; it must be in (0, 1), exclusive: the fraction that is removed", found[0].GetMessage(CultureInfo.CurrentCulture));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public async Task Value_that_is_no_member_of_its_enum_is_reported_with_those_that_are()
    {
        var found = await Verify.ReportsAsync(Id, Net("[Sparsity(0.5, [|Scope = (Scope)7|], Purpose = Purpose.Size)] private readonly Linear up = Linear(4, 4);"));
        Assert.Equal("Scope is 7; it must be one of PerRow, PerLayer, Global", found[0].Message());
    }

    [Theory]
    [InlineData("0.5")]
    [InlineData("double.Epsilon")]
    [InlineData("0.9999")]
    [InlineData("1.0 / 3")]
    [InlineData("sparsity: 0.7f")]
    public Task Ratio_in_its_range_is_quiet(string ratio)
        => Verify.IsQuietAsync(Net($"[Sparsity({ratio}, Purpose = Purpose.Size)] private readonly Linear up = Linear(4, 4);"));

    [Theory]
    [InlineData("[Sparsity]")]
    [InlineData("[Sparsity()]")]
    [InlineData("[Sparsity(")]
    [InlineData("[Sparsity(\"1.5\")]")]
    [InlineData("[Sparsity(Missing)]")]
    [InlineData("[Sparsity(0.5, Scope = )]")]
    [InlineData("[Sparsity(0.5, Skope = Scope.Global)]")]
    public async Task Attribute_that_does_not_compile_is_not_judged(string attribute)
    {
        var compilation = Consumer.Compile(Net($"{attribute} private readonly Linear up = Linear(4, 4);"));
        Assert.NotEmpty(Consumer.FindErrors(compilation));
        Assert.DoesNotContain(await Consumer.AnalyzeAsync(compilation), static diagnostic => diagnostic.Id is Id or "AD0001");
    }
}
