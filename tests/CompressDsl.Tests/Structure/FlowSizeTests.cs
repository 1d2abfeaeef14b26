using CompressDsl.Flow;

namespace CompressDsl.Tests;

/// <summary>Arithmetic of sizes, layouts without layers, and where units lie.</summary>
public sealed class FlowSizeTests : FlowTests
{
    private static readonly SizeSymbol Heads = new("heads", 12), Width = new("width", 768), Length = new("length");

    [Fact]
    public void Monomials_MultiplyAndDivide()
    {
        Assert.Equal<Size>(Width, (Size)Width / Heads * Heads);
        Assert.Equal(64, ((Size)Width / Heads).Number);
        Assert.Null(((Size)Length * 64).Number);
        Assert.True((Size)2 * 3 == 6);
        Assert.True(((Size)7 / 2).IsNumber);
        Assert.Equal(3, ((Size)7 / 2).Number);
        Assert.NotEqual<Size>(Length, Heads);
        Assert.Throws<DivideByZeroException>(static () => (Size)Width / 0);
    }

    [Fact]
    public void Sums_AreNumbersLikeTermsOrSymbols()
    {
        Assert.Equal((Size)Length * 3, (Size)Length + 2 * (Size)Length);
        Assert.Equal<Size>(0, (Size)Length - Length);
        Assert.Equal(13, ((Size)Heads + 1).Number);
        Assert.Equal(8, ((Size)Width % 10).Number);
        Assert.NotEqual((Size)Heads + 1, (Size)Heads + 1);
    }

    [Theory]
    [InlineData("heads * 64")]
    [InlineData("width / heads")]
    [InlineData("2 / length / 3")]
    [InlineData("(heads + 1)")]
    public void Sizes_ReadAsTheyAreWritten(string text)
    {
        Size[] sizes = [(Size)Heads * 64, (Size)Width / Heads, (Size)2 / (3 * (Size)Length), (Size)Heads + 1];

        Assert.Contains(text, sizes.Select(static size => size.ToString()));
    }

    [Fact]
    public void ProductsAndConcats_AreMatchedWhereTheirPartsHaveTheSameSizes()
    {
        var (a, b, c) = (Solver.NewAxis(2, "a"), Solver.NewAxis(3, "b"), Solver.NewAxis(4, "c"));
        var (ab, wide) = (Solver.NewAxis(6, "ab"), Solver.NewAxis(24, "wide"));

        var merged = Solver.View(Solver.View(Solver.Known(6, 4), 24), 2, 3, 4);
        Solver.Unify(wide, Solver.Dim(Solver.Flatten(merged), 0));
        Solver.Unify(merged.Dims![0], a);

        Assert.Equal(3, merged.Rank);
        Assert.Equal("(a[2] x part[3] x made[4])", $"{Solver.Resolve(wide)}");
        Assert.Equal([6, 3, 4], [ab.Size.Number, b.Size.Number, c.Size.Number]);
    }

    [Fact]
    public void ViewBySizesWithoutCommonParts_IsAmbiguous()
    {
        Linear("after", Solver.View(Linear("up", Solver.Input("x"), 8, 6), 4, 9), 9, 2);

        Assert.Equal(PinKind.Ambiguous, AxisOf("up.weight.0").Pin?.Kind);
    }

    [Fact]
    public void UnitsThatLieInASegment_AreFoundThere()
    {
        var x = Solver.Input("x");
        var cat = Solver.Flatten(Solver.Cat([Conv("a", x, 3, 2), Conv("b", x, 3, 1)], 1), 1);

        Linear("fc", cat, 12, 2);

        Assert.Equal([0, 0, 0, 0, 1, 1, 1, 1, -1, -1, -1, -1], Units("fc.weight.1", AxisOf("a.weight.0")));
    }

    [Fact]
    public void UnitsThatLieThereOnlyInPart_AreNotThere()
    {
        Linear("a", Solver.Input("x"), 3, 4);
        Linear("b", Solver.Input("y"), 3, 2);

        Assert.Equal([-1, -1, -1, -1], Units("a.weight.0", AxisOf("b.weight.0"), AxisOf("a.weight.0")));
    }

    [Fact]
    public void UnitsOfALayoutWithoutNumbers_AreAnError()
    {
        var axis = Solver.NewAxis(Length, "tokens");

        Assert.Contains("tokens", Assert.Throws<InvalidOperationException>(() => LayoutIndex.UnitsOf(axis, [axis])).Message);
    }
}
