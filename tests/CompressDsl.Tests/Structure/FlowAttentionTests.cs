using CompressDsl.Flow;

namespace CompressDsl.Tests;

/// <summary>Heads: separate and fused projections, shared key/value heads, and the sizes that views are given.</summary>
public sealed class FlowAttentionTests : FlowTests
{
    private const int Width = 24;

    private static Size Member(string name, long value, bool isWritable = true) => new SizeSymbol(name, value, isWritable);

    private Shape ToHeads(Shape x, Shape input, Size heads, Size size)
        => Solver.Transpose(Solver.View(x, Solver.SizeAt(input, 0), Solver.SizeAt(input, 1), heads, size), 1, 2);

    private Shape FromHeads(Shape x, Shape input, Size width)
        => Solver.View(Solver.Transpose(x, 1, 2), Solver.SizeAt(input, 0), Solver.SizeAt(input, 1), width);

    private Shape SelfAttention(Size heads, Size size, Size width, Shape? mask = null)
    {
        var x = Solver.Input("x");
        var (q, k, v) = (Linear("q", x, Width, Width), Linear("k", x, Width, Width), Linear("v", x, Width, Width));
        var scores = Solver.Matmul(ToHeads(q, x, heads, size), Solver.Transpose(ToHeads(k, x, heads, size), -2, -1));
        scores = Solver.Softmax(mask is null ? scores : Solver.Join(scores, mask), -1);

        return Linear("o", FromHeads(Solver.Matmul(scores, ToHeads(v, x, heads, size)), x, width), Width, Width);
    }

    [Fact]
    public void SeparateProjections_CoupleHeadsAcrossThem()
    {
        var (heads, size) = (Member("heads", 4), Member("size", 6));

        Solver.Return(SelfAttention(heads, size, heads * size, Solver.Input("mask")));

        var axis = HeadsOf("q.weight.0");
        Assert.Equal("q.weight.0 q.bias.0 k.weight.0 k.bias.0 v.weight.0 v.bias.0 o.weight.1", Slots(axis));
        Assert.Null(axis.Pin);
        Assert.Equal(4, axis.Axis.Size.Number);
        Assert.Equal("heads", Assert.Single(axis.Members).Symbol.Name);
        Assert.Equal(Enumerable.Range(0, 24).Select(static i => i / 6), Units("o.weight.1", axis));
        Assert.All(AxesOf("v.weight.0").Where(it => it != axis), static it => Assert.True(it.Axis.IsHeadSize));
    }

    [Theory]
    [InlineData("minus one", null)]
    [InlineData("heads * size", null)]
    [InlineData("24", PinKind.FixedSize)]
    public void MergedSize_MustChangeWithTheHeads(string written, PinKind? pin)
    {
        var (heads, size) = (Member("heads", 4), Member("size", 6));

        SelfAttention(heads, size, written == "minus one" ? -1 : written == "24" ? 24 : heads * size);

        Assert.Equal(pin, HeadsOf("q.weight.0").Pin?.Kind);
    }

    [Fact]
    public void NumbersInAView_PinHeadsAndTheirSize()
    {
        Solver.At = "view";

        SelfAttention(4, 6, -1);

        Assert.Equal(new Pin(PinKind.FixedSize, "'4' is wrong when channels go", "view"), HeadsOf("q.weight.0").Pin);
        Assert.All(AxesOf("k.weight.0"), static axis => Assert.Equal(PinKind.FixedSize, axis.Pin?.Kind));
    }

    [Fact]
    public void SizeOfHeadsFromTheInputsWidth_PinsTheHeads()
    {
        var (x, heads) = (Solver.Input("x"), Member("heads", 4));
        var width = Solver.SizeAt(x, -1);
        var q = ToHeads(Linear("q", x, Width, Width), x, heads, width / heads);

        Solver.Attention(q, q, q);

        Assert.Equal(PinKind.FixedSize, HeadsOf("q.weight.0").Pin?.Kind);
    }

    [Fact]
    public void QuotientOfAMemberThatCannotBeWritten_PinsTheHeads()
    {
        var (heads, width) = (Member("heads", 4), Member("config.Width", Width, isWritable: false));

        SelfAttention(heads, width / heads, width);

        Assert.Equal("'config.Width' cannot be written", HeadsOf("q.weight.0").Pin?.Reason);
    }

    [Fact]
    public void QuotientOfAWritableMember_IsWrittenWithTheHeads()
    {
        var (heads, width) = (Member("heads", 4), Member("width", Width));

        SelfAttention(heads, width / heads, width);

        var axis = HeadsOf("q.weight.0");
        Assert.Null(axis.Pin);
        Assert.Equal(["heads", "width"], axis.Members.Select(static member => member.Symbol.Name).Order());
    }

    [Fact]
    public void HeadsThatCannotBeWritten_PinThem()
    {
        SelfAttention(Member("config.Heads", 4, isWritable: false), -1, -1);

        Assert.Equal("'config.Heads' cannot be written", HeadsOf("q.weight.0").Pin?.Reason);
    }

    [Fact]
    public void MemberThatIsTheSizeOfTwoThings_HoldsBoth()
    {
        var (x, size) = (Solver.Input("x"), Member("size", 8));

        foreach (var name in (string[])["a", "b"])
        {
            Solver.View(Linear(name, x, 8, 8), Solver.SizeAt(x, 0), Solver.SizeAt(x, 1), size);
        }

        Assert.Equal(PinKind.Mixed, AxisOf("a.weight.0").Pin?.Kind);
        Assert.Equal(PinKind.Mixed, AxisOf("b.weight.0").Pin?.Kind);
    }

    [Theory]
    [InlineData("view")]
    [InlineData("chunk")]
    [InlineData("split")]
    public void FusedProjection_HasItsHeadsThreeTimes(string style)
    {
        var (x, heads, size) = (Solver.Input("x"), Member("heads", 4), Member("size", 6));
        var fused = Linear("qkv", x, Width, 3 * Width);
        Shape[] parts;

        if (style == "view")
        {
            var all = Solver.Permute(Solver.View(fused, Solver.SizeAt(x, 0), Solver.SizeAt(x, 1), 3, heads, size), 2, 0, 3, 1, 4);
            parts = [Solver.Select(all, 0), Solver.Select(all, 0), Solver.Select(all, 0)];
        }
        else
        {
            parts = style == "chunk" ? Solver.Chunk(fused, 3, -1) : Solver.Split(fused, heads * size, -1);
            parts = [.. parts.Select(part => ToHeads(part, x, heads, size))];
        }

        Linear("o", FromHeads(Solver.Attention(parts[0], parts[1], parts[2]), x, -1), Width, Width);

        var axis = HeadsOf("qkv.weight.0");
        Assert.Null(axis.Pin);
        Assert.Equal(Enumerable.Range(0, 72).Select(static i => i / 6 % 4), Units("qkv.weight.0", axis));
        Assert.Equal(Enumerable.Range(0, 24).Select(static i => i / 6), Units("o.weight.1", axis));
    }

    [Theory]
    [InlineData("repeat_interleave")]
    [InlineData("expand")]
    public void SharedKeyValueHeads_AreFactorsOfTheQueryHeads(string style)
    {
        var (x, heads, shared, size) = (Solver.Input("x"), Member("heads", 4), Member("shared", 2), Member("size", 6));
        var q = ToHeads(Linear("q", x, Width, Width), x, heads, size);
        var (k, v) = (ToHeads(Linear("k", x, Width, 12), x, shared, size), ToHeads(Linear("v", x, Width, 12), x, shared, size));
        (k, v) = (Spread(k), Spread(v));

        Linear("o", FromHeads(Solver.Attention(q, k, v), x, heads * size), Width, Width);

        var (keys, queries) = (HeadsOf("k.weight.0"), Assert.Single(AxesOf("q.weight.0"), it => it.Axis.IsHead && it != HeadsOf("k.weight.0")));
        Assert.Null(keys.Pin);
        Assert.Null(queries.Pin);
        Assert.Equal([2, 2], [keys.Axis.Size.Number, queries.Axis.Size.Number]);
        Assert.Equal(Enumerable.Range(0, 24).Select(static i => i / 6), Units("q.weight.0", keys, queries));
        Assert.Equal(Enumerable.Range(0, 24).Select(static i => i / 12), Units("o.weight.1", keys));
        Assert.Equal(Enumerable.Range(0, 12).Select(static i => i / 6), Units("v.weight.0", keys));
        Assert.Equal(["heads", "shared"], keys.Members.Select(static member => member.Symbol.Name).Order());

        Shape Spread(Shape it) => style == "repeat_interleave"
            ? Solver.RepeatInterleave(it, heads / shared, 1)
            : Solver.View(
                Solver.Expand(Solver.Unsqueeze(it, 2), -1, -1, heads / shared, -1, -1),
                Solver.SizeAt(x, 0), heads, Solver.SizeAt(x, 1), size);
    }

    [Fact]
    public void KeyValueHeadsThatAttentionShares_AreFactorsToo()
    {
        var (x, heads, shared, size) = (Solver.Input("x"), Member("heads", 4), Member("shared", 2), Member("size", 6));
        var q = ToHeads(Linear("q", x, Width, Width), x, heads, size);
        var k = ToHeads(Linear("k", x, Width, 12), x, shared, size);

        Solver.Attention(q, k, k);

        Assert.Equal(Enumerable.Range(0, 24).Select(static i => i / 12), Units("q.weight.0", HeadsOf("k.weight.0")));
        Assert.Equal(2, Assert.Single(Solver.AttentionSites).KeyHeads.Size.Number);
    }

    [Fact]
    public void SingleKeyValueHead_LeavesTheQueryHeadsFree()
    {
        var (x, heads, size) = (Solver.Input("x"), Member("heads", 4), Member("size", 6));
        var q = ToHeads(Linear("q", x, Width, Width), x, heads, size);
        var k = Solver.Unsqueeze(Linear("k", x, Width, 6), 1);

        Linear("o", FromHeads(Solver.Attention(q, k, k, Solver.Input("mask")), x, -1), Width, Width);

        var axis = HeadsOf("q.weight.0");
        Assert.Null(axis.Pin);
        Assert.Equal("q.weight.0 q.bias.0 o.weight.1", Slots(axis));
        Assert.Contains("k.weight.0", Slots(Assert.Single(AxesOf("q.weight.0"), static it => it.Axis.IsHeadSize)));
    }

    [Fact]
    public void RotaryEmbedding_PinsWithinTheHeads_AndLeavesThemFree()
    {
        var (x, cos, sin, heads, size) = (Solver.Input("x"), Solver.Input("cos"), Solver.Input("sin"), Member("heads", 4), Member("size", 6));
        var (q, k) = (ToHeads(Linear("q", x, Width, Width), x, heads, size), ToHeads(Linear("k", x, Width, Width), x, heads, size));

        Solver.Attention(Rotate(q), Rotate(k), ToHeads(Linear("v", x, Width, Width), x, heads, size));

        Assert.Null(HeadsOf("q.weight.0").Pin);
        Assert.Equal(Enumerable.Range(0, 24).Select(static i => i / 6), Units("k.weight.0", HeadsOf("q.weight.0")));
        Assert.Empty(Solver.Disagreements);

        Shape Rotate(Shape it)
        {
            var turned = Solver.Cat([Solver.Narrow(it, -1, size / 2, size / 2), Solver.Narrow(it, -1, 0, size / 2)], -1);

            return Solver.Join(Solver.Join(it, cos), Solver.Join(turned, sin));
        }
    }

    [Fact]
    public void SymbolsWithoutValues_DoAsWellAsNumbers()
    {
        Size heads = new SizeSymbol("heads", null, isWritable: true), size = new SizeSymbol("size", null, isWritable: true), width = new SizeSymbol("width");
        var x = Solver.Input("x");
        var q = ToHeads(Linear("q", x, width, width), x, heads, size);
        var k = ToHeads(Linear("k", x, width, width), x, heads, -1);

        Linear("o", FromHeads(Solver.Attention(q, k, k), x, -1), width, width);

        Assert.Null(HeadsOf("q.weight.0").Pin);
        Assert.Contains("o.weight.1", Slots(HeadsOf("k.weight.0")));
    }

    [Fact]
    public void Einsum_ContractsLikeMatmul()
    {
        var (x, heads, size) = (Solver.Input("x"), Member("heads", 4), Member("size", 6));
        var (q, k) = (ToHeads(Linear("q", x, Width, Width), x, heads, size), ToHeads(Linear("k", x, Width, Width), x, heads, size));

        var scores = Solver.Softmax(Solver.Einsum("bhqd,bhkd->bhqk", q, k), -1);
        Solver.Einsum("bhqk,bhkd->bqhd", scores, ToHeads(Linear("v", x, Width, Width), x, heads, size));

        Assert.Null(HeadsOf("q.weight.0").Pin);
        Assert.Equal("q.weight.0 q.bias.0 k.weight.0 k.bias.0 v.weight.0 v.bias.0", Slots(HeadsOf("v.weight.0")));
        Assert.Contains(AxesOf("v.weight.0"), static axis => axis.Axis.IsHeadSize);
    }
}
