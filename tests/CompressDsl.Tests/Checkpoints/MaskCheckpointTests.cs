using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Checkpoints;

public sealed class MaskCheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose()
    {
        _scope.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Masks_are_stored_at_one_bit_a_weight_and_hold_after_a_load()
    {
        using var saved = Pruned();
        using var loaded = new Net();

        var save = saved.Save(_folder["net"]);
        var load = loaded.Load(_folder["net"]);

        Assert.Equal(saved.state_dict().Count + 3, save.Tensors);
        Assert.Equal(["first.weight", "gate", "last.weight"], load.Masks.Order());
        using (var file = SafeTensorsFile.Open(_folder["net"]))
        {
            Assert.Equal(("U8", 2), (file.Tensors["gate.mask"].Dtype, file.Tensors["gate.mask"].Bytes));
            Assert.Equal((long)(6 * 5 + 7) / 8, file.Tensors["first.weight.mask"].Bytes);
        }

        AssertSameMasks(saved, loaded);
        Train(loaded);
        AssertSameMasks(saved, loaded);
        Assert.All(loaded.Sites, static site => Assert.Equal(site.Mask.PrunedCount, site.Weight.eq(0).sum().item<long>()));
    }

    [Fact]
    public void A_mask_of_the_model_goes_on_to_hold_where_the_file_has_none()
    {
        using var dense = new Net();
        dense.Save(_folder["dense"]);
        using var pruned = Pruned();

        Assert.Empty(pruned.Load(_folder["dense"]).Masks);

        Assert.Equal(10, pruned.Sites[0].Mask.PrunedCount);
        Assert.True(pruned.Sites[0].Weight.masked_select(pruned.Sites[0].Mask.Pruned).eq(0).all().item<bool>());
        Assert.True(pruned.Sites[0].Weight.ne(0).any().item<bool>());
    }

    [Fact]
    public void A_save_has_the_zeros_even_right_after_an_optimizer_step()
    {
        using var net = Pruned();
        using (no_grad())
        {
            net.Sites[0].Weight.fill_(1);
        }

        net.Save(_folder["net"]);

        using var file = SafeTensorsFile.Open(_folder["net"]);
        Assert.Equal(10, file.Read("first.weight").eq(0).sum().item<long>());
    }

    [Fact]
    public void A_part_of_a_model_keeps_the_masks_whose_rule_stands_above_it()
    {
        using var saved = Pruned();
        Assert.Equal(3, saved.Last.Save(_folder["part"]).Tensors);
        using var loaded = Linear(6, 3);
        Assert.Equal(["weight"], loaded.Load(_folder["part"]).Masks);
        using (no_grad())
        {
            loaded.weight.fill_(1);
        }

        loaded.call(ones(1, 6)).sum().backward(); // a call masks what was written
        Assert.Equal(saved.Sites[2].Mask.PrunedCount, loaded.weight.eq(0).sum().item<long>());
    }

    [Fact]
    public void Packed_masks_that_do_not_fit_are_listed_and_nothing_is_copied()
    {
        using var net = Pruned();
        var before = net.Sites[0].Weight.clone();
        var state = net.state_dict();
        SafeTensors.Write(
            _folder["bad"],
            [
                .. state.Select(static entry => new KeyValuePair<string, Tensor>(entry.Key, ones_like(entry.Value))),
                new("first.weight.mask", ones(2, dtype: ScalarType.Byte)),
                new("last.weight.mask", tensor(new byte[] { 0, 0, 0xF0 })),
                new("first.bias.mask", ones(1, dtype: ScalarType.Byte)),
            ]);

        var problems = Assert.Throws<CheckpointMismatchException>(() => net.Load(_folder["bad"])).Problems;

        Assert.Equal(3, problems.Count);
        Assert.Contains(problems, static problem => problem.StartsWith("unexpected: first.bias.mask"));
        Assert.Contains(problems, static problem => problem.StartsWith("mask: first.weight.mask U8 [2]") && problem.Contains("[4]"));
        Assert.Contains(problems, static problem => problem.StartsWith("mask: last.weight.mask U8 [3]") && problem.Contains("beyond"));
        Assert.True(net.Sites[0].Weight.eq(before).all().item<bool>());
    }

    [Fact]
    public void Saving_and_loading_masks_leave_no_tensor_behind()
    {
        using var net = Pruned();
        net.Save(_folder["net"]);
        net.Load(_folder["net"]);
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        net.Save(_folder["net"]);
        net.Load(_folder["net"]);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_compact_layer_is_saved_dense_and_loads_into_either_storage()
    {
        using var saved = new SparseNet();
        using (var pruned = saved.Layer.weight.lt(0))
        {
            saved.Site.Mask.Set(pruned);
        }

        using var weight = saved.Layer.weight.detach().clone();
        saved.Layer.Compact(SparseKernel.Csr);
        Assert.Equal(3, saved.Save(_folder["compact"]).Tensors);
        Assert.Equal((27L, weight.count_nonzero().item<long>() + 3), (saved.Measure().Parameters, saved.Measure().NonZeros));

        using var dense = new SparseNet();
        dense.Load(_folder["compact"]);
        Assert.True(dense.Layer.weight.eq(weight).all().item<bool>());
        Assert.Equal(saved.Site.Mask.PrunedCount, dense.Site.Mask.PrunedCount);

        saved.Load(_folder["compact"]);
        saved.Layer.Densify();
        Assert.True(saved.Layer.weight.eq(weight).all().item<bool>());

        using var other = new SparseNet();
        other.Layer.Compact(SparseKernel.Csr);
        Assert.Contains("Densify()", Assert.Throws<CheckpointMismatchException>(() => other.Load(_folder["compact"])).Message);
    }

    private static Net Pruned()
    {
        var net = new Net();
        using var generator = new Generator(3);
        foreach (var (site, count) in net.Sites.Zip([10, 4, 7]))
        {
            var pruned = zeros(site.Weight.numel(), dtype: ScalarType.Bool);
            pruned[randperm(site.Weight.numel(), generator: generator)[..count]] = true;
            site.Mask.Set(pruned.reshape(site.Weight.shape));
        }

        return net;
    }

    private static void Train(Net net)
    {
        using var optimizer = optim.Adam(net.parameters(), 0.1, weight_decay: 0.1).KeepMasks(net);
        for (var step = 0; step < 5; step++)
        {
            optimizer.zero_grad();
            net.call(randn(4, 5)).square().sum().backward();
            optimizer.step();
        }
    }

    private static void AssertSameMasks(Net expected, Net actual) =>
        Assert.All(
            expected.Sites.Zip(actual.Sites),
            static pair => Assert.True(pair.First.Mask.Pruned.eq(pair.Second.Mask.Pruned).all().item<bool>()));

    private sealed class Net : Module<Tensor, Tensor>, ICompressible
    {
        private readonly Linear first = Linear(5, 6);
        private readonly Linear last = Linear(6, 3);
        private readonly Parameter gate = ones(3, 3).AsParameter();

        internal Net()
            : base(nameof(Net))
        {
            RegisterComponents();
            Compression = new Rules(this);
        }

        public Compression Compression { get; }

        internal IReadOnlyList<WeightSite> Sites => Compression.Sites;

        internal Linear Last => last;

        public override Tensor forward(Tensor input) => last.call(first.call(input).relu()).matmul(gate);

        private sealed class Rules : Compression
        {
            internal Rules(Net net)
                : base(net, null)
            {
                var half = SparsityRule.Unstructured(0.5);
                AddSite(nameof(first), () => PrunableWeight.Of(net.first), half);
                AddSite(nameof(gate), () => PrunableWeight.Of(net, () => net.gate), half);
                AddSite(nameof(last), () => PrunableWeight.Of(net.last), half);
            }
        }
    }

    private sealed class SparseNet : Module<Tensor, Tensor>, ICompressible
    {
        private readonly SparseLinear layer = new(8, 3);

        internal SparseNet()
            : base(nameof(SparseNet))
        {
            RegisterComponents();
            Compression = new Rules(this);
        }

        public Compression Compression { get; }

        internal SparseLinear Layer => layer;

        internal WeightSite Site => Compression.Sites[0];

        public override Tensor forward(Tensor input) => layer.call(input);

        private sealed class Rules : Compression
        {
            internal Rules(SparseNet net)
                : base(net, null) => AddSite(nameof(layer), () => PrunableWeight.Of(net.layer), SparsityRule.Unstructured(0.5));
        }
    }
}
