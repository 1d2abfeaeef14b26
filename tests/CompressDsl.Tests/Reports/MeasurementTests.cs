using CompressDsl.Tests.Checkpoints;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Reports;

public sealed class MeasurementTests : IDisposable
{
    private static readonly LatencyOptions Few = new() { WarmUp = 2, Runs = 5 };

    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly Sequential _model = Sequential(Linear(8, 4), Dropout(0.5), Linear(4, 2));

    public void Dispose()
    {
        _model.Dispose();
        _scope.Dispose();
    }

    [Fact]
    public void Size_counts_what_is_there_and_what_a_save_would_take()
    {
        using var folder = new TemporaryFolder();
        using (no_grad())
        {
            _model.parameters().First().zero_();
        }

        var save = _model.Save(folder["model"]);
        var report = _model.Measure(new() { Path = folder["model"] });

        Assert.Equal((save.Bytes, save.Bytes), (report.Bytes, report.FileBytes));
        Assert.Equal((46, 14), (report.Parameters, report.NonZeros));
        Assert.Equal(32.0 / 46, report.Sparsity, 12);
        Assert.Null(report.Latency);
        Assert.Null(report.Quality);
    }

    [Fact]
    public void Runs_are_in_eval_mode_without_gradients_and_the_modes_come_back()
    {
        _model.train();
        var dropout = _model.children().ElementAt(1);
        dropout.eval();
        var modes = _model.modules().Select(static module => module.training).ToArray();
        var calls = 0;
        using var input = randn(3, 8);

        var report = _model.Measure(new()
        {
            Latency = Few,
            Call = () =>
            {
                calls++;
                Assert.False(_model.training || _model.children().Any(static child => child.training) || is_grad_enabled());
                _model.call(input);
            },
            Quality = ("loss", () => _model.training || is_grad_enabled() ? 1 : 0.25),
        });

        Assert.Equal(7, calls);
        Assert.Equal(new("loss", 0.25), report.Quality);
        Assert.Equal(modes, _model.modules().Select(static module => module.training));
        Assert.True(_model.training);
        Assert.True(is_grad_enabled());
    }

    [Fact]
    public void An_input_is_enough_to_time_a_model()
    {
        using var input = randn(3, 8);
        var latency = _model.Measure(new() { Input = input, Latency = Few }).Latency!;
        Assert.True(latency.P10 > 0 && latency.P10 <= latency.Median && latency.Median <= latency.P90);
        Assert.Equal((2, 5), (latency.WarmUp, latency.Runs));
        Assert.Equal(3000 / latency.Median, latency.ItemsPerSecond!.Value, 6);
        Assert.Throws<ArgumentException>(() => _model.Measure(new() { Input = input, Call = () => { } }));
    }

    [Fact]
    public void Modes_come_back_when_a_call_throws()
    {
        _model.train();
        Assert.Throws<InvalidOperationException>(() => _model.Measure(new() { Call = () => throw new InvalidOperationException() }));
        Assert.True(_model.training);
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        using var input = randn(3, 8);
        _model.Measure(new() { Input = input, Latency = Few });
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        _model.Measure(new() { Input = input, Latency = Few, Quality = ("sum", () => _model.call(input).sum().item<float>()) });
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Progress_tells_every_run_and_cancellation_stops_between_two()
    {
        using var source = new CancellationTokenSource();
        var told = new List<MeasureProgress>();
        var progress = new Listener(step =>
        {
            told.Add(step);
            if (step is { Phase: "latency", Done: 3 })
            {
                source.Cancel();
            }
        });

        Assert.Throws<OperationCanceledException>(() => _model.Measure(new() { Latency = Few, Call = () => { } }, progress, source.Token));

        Assert.Equal([new("size", 1, 1), new("latency", 1, 7), new("latency", 2, 7), new("latency", 3, 7)], told);
    }

    [Theory]
    [InlineData(-1, 1, 1.0, "WarmUp")]
    [InlineData(0, 0, 1.0, "Runs")]
    [InlineData(0, 1, 0.0, "ItemsPerCall")]
    [InlineData(0, 1, double.NaN, "ItemsPerCall")]
    public void Options_out_of_range_are_named(int warmUp, int runs, double items, string named)
    {
        var options = new LatencyOptions { WarmUp = warmUp, Runs = runs, ItemsPerCall = items };
        Assert.Equal(named, Assert.Throws<ArgumentOutOfRangeException>(() => Latency.Measure(() => { }, options)).ParamName);
    }

    [Fact]
    public void A_comparison_interleaves_in_both_orders_and_says_who_is_faster()
    {
        var order = "";
        var comparison = Latency.Compare(
            () => { order += "b"; Thread.Sleep(40); }, () => { order += "c"; Thread.Sleep(2); }, new() { WarmUp = 2, Runs = 4, ItemsPerCall = 10 });

        Assert.Equal("bccbbccbbccb", order);
        Assert.InRange(comparison.Speedup, 1.5, 21);
        Assert.True(comparison.SpeedupP10 <= comparison.SpeedupP90 && comparison.SpeedupP90 > 1.5);
        Assert.Equal(comparison.Baseline.Median / comparison.Candidate.Median, comparison.Speedup, 12);
        Assert.Contains("candidate", comparison.ToString());
        Assert.Contains("\"speedup\":", comparison.ToJson());
    }

    [Fact]
    public void Percentiles_lie_between_neighbours()
    {
        var call = 0;
        var latency = Latency.Measure(() => Thread.Sleep(++call * 5), new() { WarmUp = 0, Runs = 2 });
        Assert.Equal(latency.Median, (latency.P10 + latency.P90) / 2, 9);
        var one = Latency.Measure(() => { }, new() { WarmUp = 0, Runs = 1 });
        Assert.Equal((one.Median, one.Median), (one.P10, one.P90));
    }

    private sealed class Listener(Action<MeasureProgress> tell) : IProgress<MeasureProgress>
    {
        public void Report(MeasureProgress value) => tell(value);
    }
}
