using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Checkpoints;

public sealed class ModuleCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_model_comes_back_with_its_parameters_and_buffers()
    {
        using var saved = new Net();
        using var loaded = new Net();
        using var input = randn(8, 4);
        saved.forward(input).Dispose(); // moves the running statistics
        var parameters = loaded.parameters().ToArray();

        var save = saved.Save(_folder["net"], new Dictionary<string, string> { ["step"] = "12" });
        var load = loaded.Load(_folder["net"]);

        Assert.Equal(new(_folder["net"], new FileInfo(_folder["net"]).Length, saved.state_dict().Count), save);
        Assert.Equal(saved.state_dict().Keys.Order(), load.Loaded.Order());
        Assert.Equal(("12", "pt"), (load.Metadata["step"], load.Metadata["format"]));
        Assert.Empty(load.Missing);
        Assert.Empty(load.Unexpected);
        AssertSame(saved, loaded);
        Assert.Equal(parameters, loaded.parameters());
        Assert.All(loaded.parameters(), static parameter => Assert.True(parameter.requires_grad && parameter.is_leaf));
    }

    [Fact]
    public void Every_misfit_is_listed_and_nothing_is_copied()
    {
        using var net = new Net();
        var before = net.state_dict().ToDictionary(static entry => entry.Key, static entry => entry.Value.clone());
        var file = before.ToDictionary();
        file.Remove("first.bias");
        file["extra"] = ones(1);
        file["first.weight"] = ones(4, 5);
        file["norm.num_batches_tracked"] = ones([], dtype: ScalarType.Float32);
        SafeTensors.Write(_folder["bad"], file);

        var error = Assert.Throws<CheckpointMismatchException>(() => net.Load(_folder["bad"]));

        Assert.Equal(4, error.Problems.Count);
        Assert.All(
            new[] { "missing: first.bias", "unexpected: extra F32 [1]", "shape: first.weight F32 [4, 5]", "dtype: norm.num_batches_tracked F32 []" },
            problem => Assert.Contains(problem, error.Message));
        Assert.All(net.state_dict(), entry => Assert.True(entry.Value.eq(before[entry.Key]).all().item<bool>()));
    }

    [Fact]
    public void A_load_that_is_not_strict_reports_what_it_skipped()
    {
        using var net = new Net();
        SafeTensors.Write(_folder["part"], [new("first.bias", full(5, 3f)), new("extra", ones(1))]);

        var load = net.Load(_folder["part"], strict: false);

        Assert.Equal(["first.bias"], load.Loaded);
        Assert.Equal(["extra"], load.Unexpected);
        Assert.Equal(net.state_dict().Keys.Where(static name => name != "first.bias").Order(), load.Missing.Order());
        Assert.True(net.state_dict()["first.bias"].eq(3).all().item<bool>());
    }

    [Fact]
    public void Floating_point_types_are_converted_to_the_parameters()
    {
        using var wide = Linear(3, 2);
        using var narrow = Linear(3, 2);
        narrow.to(ScalarType.BFloat16);
        wide.Save(_folder["wide"]);

        narrow.Load(_folder["wide"]);

        Assert.Equal(ScalarType.BFloat16, narrow.weight.dtype);
        Assert.True(narrow.weight.eq(wide.weight.to(ScalarType.BFloat16)).all().item<bool>());
    }

    [Fact]
    public void Tied_weights_are_stored_once_and_load_under_either_name()
    {
        using var tied = new Tied();
        Assert.Equal(1, tied.Save(_folder["tied"]).Tensors);
        using var loaded = new Tied();
        Assert.Equal(["input.weight", "output.weight"], loaded.Load(_folder["tied"]).Loaded.Order());
        AssertSame(tied, loaded);

        SafeTensors.Write(_folder["other"], [new("output.weight", ones(3, 3))]);
        loaded.Load(_folder["other"]);
        Assert.True(loaded.state_dict()["input.weight"].eq(1).all().item<bool>());

        SafeTensors.Write(_folder["both"], [new("output.weight", ones(3, 3)), new("input.weight", zeros(3, 3))]);
        Assert.Contains("tied: ", Assert.Throws<CheckpointMismatchException>(() => loaded.Load(_folder["both"])).Message);
    }

    [Fact]
    public void An_embedding_that_is_tied_to_a_layer_is_stored_once()
    {
        using var tied = new TiedEmbedding();
        using var loaded = new TiedEmbedding();
        Assert.Equal(1, tied.Save(_folder["tied"]).Tensors);
        loaded.Load(_folder["tied"]);
        AssertSame(tied, loaded);
        Assert.Equal(12, tied.Measure().Parameters);
    }

    [Fact]
    public void Saving_and_loading_leave_no_tensor_behind()
    {
        using var net = new Net();
        net.Save(_folder["net"]);
        net.Load(_folder["net"]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        net.Save(_folder["net"]);
        net.Load(_folder["net"]);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(["net"], _folder.Files);
    }

    private static void AssertSame(Module expected, Module actual)
    {
        var values = actual.state_dict();
        Assert.All(expected.state_dict(), entry => Assert.True(entry.Value.eq(values[entry.Key]).all().item<bool>(), entry.Key));
    }

    private sealed class Net : Module<Tensor, Tensor>
    {
        private readonly Linear first = Linear(4, 5);
        private readonly BatchNorm1d norm = BatchNorm1d(5);

        internal Net()
            : base(nameof(Net)) => RegisterComponents();

        public override Tensor forward(Tensor input) => norm.call(first.call(input));
    }

    private sealed class Tied : Module<Tensor, Tensor>
    {
        private readonly Linear input = Linear(3, 3, hasBias: false);
        private readonly Linear output = Linear(3, 3, hasBias: false);

        internal Tied()
            : base(nameof(Tied))
        {
            output.weight = input.weight;
            RegisterComponents();
        }

        public override Tensor forward(Tensor x) => output.call(input.call(x));
    }

    private sealed class TiedEmbedding : Module<Tensor, Tensor>
    {
        private readonly Embedding embedding = Embedding(4, 3);
        private readonly Linear head = Linear(3, 4, hasBias: false);

        internal TiedEmbedding()
            : base(nameof(TiedEmbedding))
        {
            head.weight = embedding.weight!;
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => head.call(embedding.call(input));
    }
}
