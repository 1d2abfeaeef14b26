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

    [Theory]
    [InlineData("[BlockSparsity([|1|], 2, 2)]", "Sparsity is 1; it must be in (0, 1), exclusive: the fraction that is removed")]
    [InlineData("[BlockSparsity(0.5, [|0|], 2)]", "Rows is 0; it must be at least 1: the height of a block")]
    [InlineData("[BlockSparsity(0.5, 2, [|-4|])]", "Columns is -4; it must be at least 1: the width of a block")]
    [InlineData("[BlockSparsity(0.5, [|columns: 1|], rows: 1)]", "Columns is 1; it must be more than 1 where Rows is 1: blocks of a single weight are [Sparsity]")]
    [InlineData("[BlockSparsity(0.5, 2, 2, [|Kernel = (SparseKernel)9|])]", "Kernel is 9; it must be one of Unspecified, None, Csr")]
    [InlineData("[SemiStructured(2, 4), Gradual([|Steps = 0|])]", "Steps is 0; it must be at least 1: the number of training steps over which the target is reached")]
    [InlineData("[SemiStructured(2, 4), Gradual([|Every = -1|])]", "Every is -1; it must be at least 1: the number of training steps from one pruning to the next")]
    [InlineData("[SemiStructured(2, 4), Gradual(Steps = 3, [|Begin = -1|])]", "Begin is -1; it must be at least 0: the training step at which the ramp begins")]
    [InlineData("[SemiStructured(2, 4), Gradual([|Ramp = (Ramp)5|])]", "Ramp is 5; it must be one of Cubic, Linear")]
    public async Task Count_outside_of_its_range_is_reported_on_the_argument(string attribute, string message)
    {
        var found = await Verify.ReportsAsync(Id, Net($"{attribute} private readonly Linear up = Linear(4, 4);"));
        Assert.Equal(message, found[0].Message());
    }

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
    [InlineData("[BlockSparsity(0.5, 0)]")]
    [InlineData("[BlockSparsity(0.5, \"0\", 2)]")]
    [InlineData("[Sparsity(0.5), Gradual(Steps = )]")]
    [InlineData("[Sparsity(0.5), Gradual(Steps = \"0\")]")]
    [InlineData("[Sparsity(0.5), Gradual(0)]")]
    public async Task Attribute_that_does_not_compile_is_not_judged(string attribute)
    {
        var compilation = Consumer.Compile(Net($"{attribute} private readonly Linear up = Linear(4, 4);"));
        Assert.NotEmpty(Consumer.FindErrors(compilation));
        Assert.DoesNotContain(await Consumer.AnalyzeAsync(compilation), static diagnostic => diagnostic.Id is Id or "AD0001");
    }
}
