using CompressDsl.Flow;

namespace CompressDsl.Tests;

/// <summary>Channels of linear layers: gates, residual additions, parts and wholes.</summary>
public sealed class FlowMlpTests : FlowTests
{
    [Fact]
    public void GatedFeedForward_CouplesGateUpAndDown()
    {
        var x = Solver.Input("x");

        Solver.Return(Linear("down", Solver.Join(Linear("gate", x, 8, 32), Linear("up", x, 8, 32)), 32, 8));

        var axis = AxisOf("gate.weight.0");
        Assert.Equal("gate.weight.0 gate.bias.0 up.weight.0 up.bias.0 down.weight.1", Slots(axis));
        Assert.Null(axis.Pin);
        Assert.Equal(PinKind.Outside, AxisOf("gate.weight.1").Pin?.Kind);
        Assert.Equal(PinKind.Returned, AxisOf("down.weight.0").Pin?.Kind);
        Assert.Equal(Enumerable.Range(0, 32), Units("down.weight.1", axis));
    }

    [Fact]
    public void FusedGate_CouplesItsHalves()
    {
        var parts = Solver.Chunk(Linear("gate_up", Solver.Input("x"), 8, 64), 2, -1);

        Linear("down", Solver.Join(parts), 32, 8);

        var axis = AxisOf("down.weight.1");
        Assert.Null(axis.Pin);
        Assert.Equal([.. Enumerable.Range(0, 32), .. Enumerable.Range(0, 32)], Units("gate_up.weight.0", axis));
    }

    [Fact]
    public void HalvesThatDoNotMeet_ArePinned_SinceTheCutIsInTheMiddle()
    {
        var parts = Solver.Chunk(Linear("both", Solver.Input("x"), 8, 64), 2, -1);

        Linear("mean", parts[0], 32, 8);
        Linear("deviation", parts[1], 32, 8);

        Assert.Equal(PinKind.Mixed, AxisOf("mean.weight.1").Pin?.Kind);
        Assert.Equal(PinKind.Mixed, AxisOf("deviation.weight.1").Pin?.Kind);
    }

    [Fact]
    public void ResidualAdditionOfTheInput_PinsWhatIsAdded()
    {
        var x = Solver.Input("x");

        var y = Solver.Join(x, Linear("down", Linear("up", x, 8, 32), 32, 8));

        Assert.Equal(PinKind.Outside, AxisOf("down.weight.0").Pin?.Kind);
        Assert.Equal("up.weight.1 down.weight.0 down.bias.0", Slots(AxisOf("down.weight.0")));
        Assert.Null(AxisOf("up.weight.0").Pin);
        Assert.Null(y.Rank);
    }

    [Fact]
    public void ResidualAdditionThatComesBeforeTheInputIsRead_PinsToo()
    {
        var (x, other) = (Solver.Input("x"), Solver.Input("other"));
        var sum = Solver.Join(Linear("a", other, 8, 16), x);

        Linear("c", sum, 16, 8);
        Assert.NotNull(Linear("b", x, 16, 8));

        Assert.Equal(PinKind.Outside, AxisOf("a.weight.0").Pin?.Kind);
    }

    [Fact]
    public void MaskFromOutside_PinsNothing()
    {
        var (x, mask) = (Solver.Input("x"), Solver.Input("mask"));

        Linear("down", Solver.Join(Linear("up", x, 8, 32), mask), 32, 8);

        Assert.Null(AxisOf("up.weight.0").Pin);
    }

    [Fact]
    public void MaskThatIsComputedInUnknownWays_PinsNothing_UnlessChannelsEnterIt()
    {
        var (x, mask) = (Solver.Input("x"), Solver.Input("mask"));

        Linear("down", Solver.Join(Linear("up", x, 8, 32), Solver.Unknown("'triu'", mask)), 32, 8);
        Linear("down2", Solver.Join(Linear("up2", x, 8, 32), Solver.Unknown("'fft'", x)), 32, 8);

        Assert.Null(AxisOf("up.weight.0").Pin);
        Assert.Equal("goes into 'fft', which hides the channels", AxisOf("up2.weight.0").Pin?.Reason);
    }

    [Fact]
    public void UnknownOperation_PinsWhatEntersAndWhatLeaves()
    {
        Solver.At = "here";
        var hidden = Solver.Unknown("'fft'", Linear("up", Solver.Input("x"), 8, 32));

        Linear("down", hidden, 32, 8);

        Assert.Equal(new Pin(PinKind.Unknown, "goes into 'fft', which hides the channels", "here"), AxisOf("up.weight.0").Pin);
        Assert.Equal(PinKind.Unknown, AxisOf("down.weight.1").Pin?.Kind);
    }

    [Fact]
    public void DifferentNumbers_Disagree()
    {
        Linear("down", Linear("up", Solver.Input("x"), 8, 32), 33, 8);

        Assert.Equal(PinKind.Disagree, AxisOf("up.weight.0").Pin?.Kind);
        Assert.Contains("32 and 33", AxisOf("down.weight.1").Pin?.Reason);
        Assert.Single(Solver.Disagreements);
    }

    [Fact]
    public void LayerUsedTwice_HasOneAxisOfEach()
    {
        var x = Linear("first", Solver.Input("x"), 8, 16);
        var y = Linear("shared", x, 16, 16);

        Linear("last", Linear("shared", y, 16, 16), 16, 4);

        Assert.Equal("first.weight.0 first.bias.0 shared.weight.1 shared.weight.0 shared.bias.0 last.weight.1", Slots(AxisOf("first.weight.0")));
    }

    [Fact]
    public void EmbeddingNormAndBareParameter_FollowTheStream()
    {
        var x = Solver.EmbeddingLayer("tokens", Solver.Input("ids"), 16);
        x = Solver.Join(x, Solver.Parameter("model", "positions", SlotRole.Other, 1, 10, 16));
        x = Solver.LayerNormLayer("norm", x, [16], weight: true, bias: true);
        x = Solver.Join(Solver.Normalise(x, "rms"), Solver.Parameter("rms", "weight", SlotRole.Norm, 16));

        Solver.Return(Linear("head", x, 16, 100));

        var axis = AxisOf("tokens.weight.1");
        Assert.Equal("tokens.weight.1 model.positions.2 norm.weight.0 norm.bias.0 rms.weight.0 head.weight.1", Slots(axis));
        Assert.Null(axis.Pin);
        Assert.Equal(["norm", "rms"], axis.Normalisations.Select(static norm => norm.Owner));
        Assert.Equal(PinKind.Outside, AxisOf("model.positions.1").Pin?.Kind);
    }

    [Fact]
    public void SoftmaxAndMean_PinChannels_SumDoesNot_AndNarrowPinsThoseThatItCounts()
    {
        var x = Solver.Input("x");
        Solver.Softmax(Linear("softmax", x, 8, 16), -1);
        Solver.Reduce(Linear("mean", x, 8, 16), [-1], keepdim: true, ReduceKind.Mean);
        Solver.Reduce(Linear("sum", x, 8, 16), [-1], keepdim: false, ReduceKind.Sum);
        Solver.Reduce(Linear("positions", x, 8, 16), [-2], keepdim: false, ReduceKind.Mean);
        Solver.Narrow(Linear("narrow", x, 8, 16), -1, 0, 4);

        Assert.Equal(["softmax", "mean"], Axes.Where(static axis => axis.Pin?.Kind == PinKind.Mixed).Select(static axis => axis.Slots[0].Owner));
        Assert.Equal([PinKind.FixedSize, null], AxesOf("narrow.weight.0").Select(static axis => axis.Pin?.Kind));
        Assert.Equal([4, 12], AxesOf("narrow.weight.0").Select(static axis => axis.Axis.Size.Number));
    }

    [Fact]
    public void TransposedDimensionsFromTheFront_NeedTheRank()
    {
        Linear("tokens", Solver.Transpose(Linear("up", Solver.Input("x"), 8, 16), 1, 2), 10, 10);

        Assert.Equal(PinKind.Ambiguous, AxisOf("up.weight.0").Pin?.Kind);
        Assert.Contains("-1", AxisOf("up.weight.0").Pin?.Reason);
    }

    [Fact]
    public void Conditional_UnifiesItsWays()
    {
        var x = Solver.Input("x");

        Linear("down", Solver.Either(Linear("a", x, 8, 16), Linear("b", x, 8, 16))!, 16, 8);

        Assert.Equal("a.weight.0 a.bias.0 b.weight.0 b.bias.0 down.weight.1", Slots(AxisOf("a.weight.0")));
        Assert.Same(x, Solver.Either(null, x));
    }
}
