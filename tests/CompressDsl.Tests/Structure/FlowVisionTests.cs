using CompressDsl.Flow;

namespace CompressDsl.Tests;

/// <summary>Channels of convolutions, and images that become sequences.</summary>
public sealed class FlowVisionTests : FlowTests
{
    private Shape ConvNorm(string name, Shape x, Size inputs, Size outputs, Size? groups = null)
        => Solver.BatchNormLayer($"{name}_norm", Conv(name, x, inputs, outputs, groups), outputs, affine: true, stats: true, rank: 4);

    [Fact]
    public void ResidualBlock_CouplesEverythingOnTheStream()
    {
        var x = ConvNorm("stem", Solver.Input("x"), 3, 8);
        var y = ConvNorm("second", ConvNorm("first", x, 8, 16), 16, 8);

        Solver.Return(Linear("head", Solver.Flatten(Solver.Pool(Solver.Join(x, y), 2, 1, 1), 1), 8, 10));

        var (stream, inner) = (AxisOf("stem.weight.0"), AxisOf("first.weight.0"));
        Assert.Contains("second.weight.0 second_norm.weight.0 second_norm.bias.0 second_norm.running_mean.0 second_norm.running_var.0 head.weight.1", Slots(stream));
        Assert.Null(stream.Pin);
        Assert.Null(inner.Pin);
        Assert.EndsWith("second.weight.1", Slots(inner));
        Assert.Equal(PinKind.Outside, AxisOf("stem.weight.1").Pin?.Kind);
    }

    [Fact]
    public void DepthwiseConvolution_PassesItsChannelsOn()
    {
        var x = ConvNorm("expand", Solver.Input("x"), 3, 12);

        Conv("project", ConvNorm("depthwise", x, 12, 12, 12), 12, 4);

        var axis = AxisOf("expand.weight.0");
        Assert.Contains("depthwise.weight.0", Slots(axis));
        Assert.Contains("project.weight.1", Slots(axis));
        Assert.Null(axis.Pin);
        Assert.Empty(AxesOf("depthwise.weight.1"));
    }

    [Fact]
    public void GroupedConvolution_HasGroupsOfChannels()
    {
        Conv("after", Conv("grouped", Conv("before", Solver.Input("x"), 3, 12), 12, 8, 4), 8, 5);

        var groups = Assert.Single(AxesOf("before.weight.0"), it => AxesOf("after.weight.1").Contains(it));
        Assert.Equal(Enumerable.Range(0, 12).Select(static i => i / 3), Units("before.weight.0", groups));
        Assert.Equal(Enumerable.Range(0, 8).Select(static i => i / 2), Units("grouped.weight.0", groups));
        Assert.Equal(3, AxisOf("grouped.weight.1").Axis.Size.Number);
    }

    [Fact]
    public void GroupsThatNobodyKnows_PinBothSides()
    {
        Conv("after", Conv("grouped", Conv("before", Solver.Input("x"), 3, 12), 12, 8, new SizeSymbol("groups")), 8, 5);

        Assert.All(AxesOf("before.weight.0"), static axis => Assert.Equal(PinKind.Hidden, axis.Pin?.Kind));
        Assert.All(AxesOf("after.weight.1"), static axis => Assert.Equal(PinKind.Hidden, axis.Pin?.Kind));
    }

    [Fact]
    public void SkipConcatenation_HasASegmentOfEach()
    {
        var skip = Conv("down", Solver.Input("x"), 3, 4);
        var deep = Conv("bottom", Solver.Pool(skip, 2), 4, 6);
        var up = Solver.ConvLayer("up", deep, 2, 6, 5, 1, transposed: true, hasBias: true);

        Conv("out", Solver.Cat([up, skip], 1), 9, 2);

        var (a, b) = (AxisOf("up.weight.1"), AxisOf("down.weight.0"));
        Assert.Null(a.Pin);
        Assert.Null(b.Pin);
        Assert.Equal([0, 1, 2, 3, 4, -1, -1, -1, -1], Units("out.weight.1", a));
        Assert.Equal([-1, -1, -1, -1, -1, 0, 1, 2, 3], Units("out.weight.1", b));
        Assert.Equal(0, AxisOf("bottom.weight.0").Slots.Single(static slot => (string)slot.Owner == "up").Dim);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void FlattenedImage_HasRunsOfPositionsForEveryChannel(bool isView)
    {
        var x = Conv("conv", Solver.Input("x"), 3, 4);

        Linear("fc", isView ? Solver.View(x, Solver.SizeAt(x, 0), -1) : Solver.Flatten(x, 1), 4 * 9, 10);

        var axis = AxisOf("conv.weight.0");
        Assert.Null(axis.Pin);
        Assert.Equal(Enumerable.Range(0, 36).Select(static i => i / 9), Units("fc.weight.1", axis));
    }

    [Fact]
    public void PatchesMixedOverTokensAndChannels_KeepTheTokensAndFreeTheRest()
    {
        var x = Solver.Transpose(Solver.Flatten(Conv("patch", Solver.Input("x"), 3, 8), 2), 1, 2);
        var tokens = Linear("token_down", Linear("token_up", Solver.Transpose(x, 1, 2), 9, 18), 18, 9);
        x = Solver.Join(x, Solver.Transpose(tokens, 1, 2));

        x = Solver.Join(x, Linear("channel_down", Linear("channel_up", x, 8, 32), 32, 8));
        Linear("head", Solver.Reduce(x, [1], keepdim: false, ReduceKind.Mean), 8, 10);

        Assert.Null(AxisOf("patch.weight.0").Pin);
        Assert.Null(AxisOf("token_up.weight.0").Pin);
        Assert.Null(AxisOf("channel_up.weight.0").Pin);
        Assert.Equal("patch.weight.0 channel_up.weight.1 channel_down.weight.0 channel_down.bias.0 head.weight.1", Slots(AxisOf("patch.weight.0")));
        Assert.Equal(PinKind.Mixed, AxisOf("token_up.weight.1").Pin?.Kind);
        Assert.Equal(PinKind.Mixed, AxisOf("token_down.weight.0").Pin?.Kind);
    }

    [Fact]
    public void PatchesWithAClassToken_KeepTheStreamTogether()
    {
        var x = Conv("patch", Solver.Input("x"), 3, 8);
        var patches = Solver.Transpose(Solver.Flatten(x, 2), 1, 2);
        var token = Solver.Expand(Solver.Parameter("model", "token", SlotRole.Other, 1, 1, 8), Solver.SizeAt(patches, 0), -1, -1);
        x = Solver.Join(Solver.Cat([token, patches], 1), Solver.Parameter("model", "positions", SlotRole.Other, 1, 10, 8));

        Linear("head", Solver.Select(Solver.LayerNormLayer("norm", x, [8], weight: true, bias: true), 1), 8, 10);

        Assert.Equal("patch.weight.0 model.token.2 model.positions.2 norm.weight.0 norm.bias.0 head.weight.1", Slots(AxisOf("patch.weight.0")));
        Assert.Null(AxisOf("patch.weight.0").Pin);
        Assert.All(AxesOf("model.positions.1"), static axis => Assert.NotNull(axis.Pin));
    }

    [Fact]
    public void GroupNormalisation_LetsWholeGroupsGo()
    {
        var x = Solver.GroupNormLayer("norm", Conv("conv", Solver.Input("x"), 3, 12), 4, 12, affine: true);

        Conv("after", x, 12, 5);

        var groups = Assert.Single(AxesOf("conv.weight.0"), static axis => axis.Pin is null);
        Assert.Equal(Enumerable.Range(0, 12).Select(static i => i / 3), Units("norm.weight.0", groups));
        Assert.Equal("is normalised within its group", Assert.Single(AxesOf("after.weight.1"), static axis => axis.Pin is not null).Pin?.Reason);
    }
}
