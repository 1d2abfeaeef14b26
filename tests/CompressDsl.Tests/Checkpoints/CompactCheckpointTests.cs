using CompressDsl.Tests.Pruning;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Checkpoints;

/// <summary>Weights in compact storage, saved as they are.</summary>
public sealed class CompactCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly DisposeScope scope = NewDisposeScope();

    public static TheoryData<SparseKernel, SparseKernel, ScalarType> Ways
    {
        get
        {
            SparseKernel[] compact = [SparseKernel.Bitmask, SparseKernel.Csr, SparseKernel.SemiStructured];
            var ways = new TheoryData<SparseKernel, SparseKernel, ScalarType>();
            foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
            {
                foreach (var from in compact)
                {
                    foreach (var to in compact.Prepend(SparseKernel.None))
                    {
                        ways.Add(from, to, type);
                    }
                }
            }

            return ways;
        }
    }

    public void Dispose()
    {
        scope.Dispose();
        folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Every_bit_comes_back_from_any_storage_in_any_storage(SparseKernel from, SparseKernel to, ScalarType type)
    {
        using var saved = CompactNet.TwoOfFour(type);
        var weight = saved.Fc.weight.detach().clone();
        saved.Fc.Compact(from);
        using var loaded = CompactNet.TwoOfFour(type);
        if (to != SparseKernel.None)
        {
            using (no_grad())
            {
                loaded.Fc.weight.mul_(2);
            }

            loaded.Fc.Compact(to);
        }

        var save = saved.Save(folder["net"], weights: SavedWeights.Compact);
        var load = loaded.Load(folder["net"]);

        Assert.Equal((1, new FileInfo(folder["net"]).Length), (save.CompactWeights, save.Bytes));
        Assert.Equal(["fc.bias", "fc.weight", "head.bias", "head.weight"], load.Loaded.Order());
        Assert.Empty(load.Missing.Concat(load.Unexpected).Concat(load.Masks));
        Assert.Equal(to, loaded.Fc.Storage);
        Assert.Equal(from, saved.Fc.Storage);
        Assert.Equal(weight.bytes, loaded.Weight.bytes);
        Assert.Equal(saved.Fc.bias!.bytes, loaded.Fc.bias!.bytes);
    }

    [Fact]
    public void The_header_says_the_layout_and_the_parts_have_its_names_and_shapes()
    {
        using var net = CompactNet.TwoOfFour();
        foreach (var kernel in new[] { SparseKernel.Bitmask, SparseKernel.Csr })
        {
            net.Fc.Compact(kernel);
            Assert.Equal(7, net.Save(folder["net"], new Dictionary<string, string> { ["step"] = "3" }, SavedWeights.Compact).Tensors);
            Assert.Equal(
                [
                    "fc.bias F32 [6]", "fc.bitmask U8 [6, 3]", "fc.compressed F32 [60]", "fc.row_offsets I64 [6]", "fc.shape I64 [2]", "head.bias F32 [3]",
                    "head.weight F32 [3, 6]",
                ],
                Tensors());
            Assert.Equal([("fc.weight", "sparse-bitmask"), ("format", "pt"), ("step", "3")], Metadata());
            using var file = SafeTensorsFile.Open(folder["net"]);
            Assert.Equal([6, 20], file.Read("fc.shape").data<long>().ToArray());
            Assert.Equal([0, 10, 20, 30, 40, 50], file.Read("fc.row_offsets").data<long>().ToArray());
        }

        net.Fc.Compact(SparseKernel.SemiStructured);
        Assert.Equal(6, net.Save(folder["net"], weights: SavedWeights.Compact).Tensors);
        Assert.Equal(
            ["fc.bias F32 [6]", "fc.bitmask U8 [6, 3]", "fc.compressed F32 [6, 10]", "fc.shape I64 [2, 1]", "head.bias F32 [3]", "head.weight F32 [3, 6]"], Tensors());
        Assert.Equal([("fc.weight", "sparse-24-bitmask"), ("format", "pt")], Metadata());
    }

    [Fact]
    public void Without_a_word_the_file_is_that_of_the_dense_model()
    {
        using var net = CompactNet.TwoOfFour().MaskedWhereZero();
        net.Save(folder["dense"]);
        net.Fc.Compact(SparseKernel.Bitmask);
        Assert.Equal(0, net.Save(folder["compact"]).CompactWeights);
        Assert.Equal(File.ReadAllBytes(folder["dense"]), File.ReadAllBytes(folder["compact"]));
    }

    [Fact]
    public void A_model_without_compact_storage_is_saved_as_ever()
    {
        using var net = CompactNet.TwoOfFour().MaskedWhereZero();
        net.Save(folder["dense"]);
        Assert.Equal(0, net.Save(folder["asked"], weights: SavedWeights.Compact).CompactWeights);
        Assert.Equal(File.ReadAllBytes(folder["dense"]), File.ReadAllBytes(folder["asked"]));
    }

    [Theory]
    [InlineData(SparseKernel.Bitmask, ScalarType.Float32, 0.5 + (1.0 / 32))]
    [InlineData(SparseKernel.SemiStructured, ScalarType.Float32, 0.5 + (1.0 / 32))]
    [InlineData(SparseKernel.Csr, ScalarType.Float32, 0.5 + (1.0 / 32))]
    [InlineData(SparseKernel.Bitmask, ScalarType.BFloat16, 0.5 + (1.0 / 16))]
    public void Half_of_the_weights_take_half_of_the_bytes_and_one_bit_each(SparseKernel kernel, ScalarType type, double share)
    {
        using var layer = new SparseLinear(256, 256, hasBias: false, dtype: type);
        using (no_grad())
        {
            layer.weight.fill_(3);
        }

        using var pruned = tensor(new[] { true, false, false, true }).repeat(256 * 64).view(256, 256);
        WeightMask.Of(PrunableWeight.Of(layer)).Set(pruned);
        layer.Compact(kernel);
        var dense = 256 * 256 * layer.state_dict()["weight"].element_size();

        var bytes = layer.Save(folder["layer"], weights: SavedWeights.Compact).Bytes;

        Assert.InRange(bytes, share * dense, (share * dense) + (8 * 256) + 600); // the offsets, and the header
        Assert.Equal(bytes, layer.Measure(new MeasureOptions { Weights = SavedWeights.Compact }).Bytes);
        Assert.Equal(layer.Save(folder["dense"]).Bytes, layer.Measure().Bytes);
    }

    [Theory]
    [InlineData(SparseKernel.Bitmask)]
    [InlineData(SparseKernel.Csr)]
    [InlineData(SparseKernel.SemiStructured)]
    public void What_is_written_is_the_memory_of_the_storage(SparseKernel kernel)
    {
        using var net = CompactNet.TwoOfFour().MaskedWhereZero();
        net.Fc.Compact(kernel);
        var storage = net.Fc.CompactWeight!;
        var contents = CheckpointContents.Of(net, SavedWeights.Compact);

        Assert.True(Aten.IsSetTo(storage.ToCompressed().Values, Make("fc.compressed")));
        Assert.Equal(kernel != SparseKernel.Csr, Aten.IsSetTo(storage.ToCompressed().Bits, Make("fc.bitmask")));

        // No tensor of the file, and none that stands for the weight in the state, has the size of the dense weight.
        Assert.All(contents.Tensors, static source => Assert.True(source.Bytes < CompactNet.Rows * CompactNet.Columns * sizeof(float)));
        Assert.Null(contents.State.Single(static state => state.Name == "fc.weight").Tensor);

        Tensor Make(string name) => contents.Tensors.Single(source => source.Name == name).Make();
    }

    [Theory]
    [InlineData(SparseKernel.Bitmask)]
    [InlineData(SparseKernel.Csr)]
    [InlineData(SparseKernel.SemiStructured)]
    public void A_mask_that_keeps_what_is_stored_is_not_stored_twice_and_holds_after_a_load(SparseKernel kernel)
    {
        using var saved = CompactNet.TwoOfFour().MaskedWhereZero();
        saved.Fc.Compact(kernel);
        saved.Save(folder["net"], weights: SavedWeights.Compact);
        Assert.DoesNotContain(Tensors(), static tensor => tensor.Contains("mask U8 [15]", StringComparison.Ordinal));
        Assert.Contains(("fc.weight.mask", "fc.bitmask"), Metadata());

        using var loaded = new CompactNet();
        Assert.Equal(["fc.weight"], loaded.Load(folder["net"]).Masks);
        AssertHolds(loaded, saved.Site.Mask);

        // The model itself, whose mask is the same, takes it in its own storage.
        var weight = saved.Weight;
        Assert.Equal(["fc.weight"], saved.Load(folder["net"]).Masks);
        Assert.Equal((kernel, true), (saved.Fc.Storage, weight.bytes.SequenceEqual(saved.Weight.bytes)));
    }

    [Theory]
    [InlineData(SparseKernel.Bitmask)]
    [InlineData(SparseKernel.Csr)]
    [InlineData(SparseKernel.SemiStructured)]
    public void A_mask_that_keeps_a_zero_is_stored_beside_the_weight(SparseKernel kernel)
    {
        using var saved = CompactNet.TwoOfFour().MaskedWhereZero();
        using (no_grad())
        {
            // 2:4 storage fills a group with its first zeros, be they kept or not.
            saved.Fc.weight.zero_();
        }

        saved.Fc.Compact(kernel);
        saved.Save(folder["net"], weights: SavedWeights.Compact);
        Assert.Contains("fc.weight.mask U8 [15]", Tensors());
        Assert.DoesNotContain(Metadata(), static pair => pair.Key == "fc.weight.mask");

        using var loaded = new CompactNet();
        Assert.Equal(["fc.weight"], loaded.Load(folder["net"]).Masks);
        AssertHolds(loaded, saved.Site.Mask);
    }

    [Fact]
    public void Zeros_that_nobody_pruned_are_no_mask()
    {
        using var saved = CompactNet.TwoOfFour();
        saved.Fc.Compact(SparseKernel.Bitmask);
        saved.Save(folder["net"], weights: SavedWeights.Compact);
        using var loaded = new CompactNet();
        Assert.Empty(loaded.Load(folder["net"]).Masks);
        Assert.True(loaded.Site.Mask.IsDense);
        Assert.Equal(60, loaded.MaskZeros());
    }

    [Theory]
    [InlineData(SparseKernel.None, SavedWeights.Dense)]
    [InlineData(SparseKernel.None, SavedWeights.Compact)]
    [InlineData(SparseKernel.Bitmask, SavedWeights.Dense)]
    [InlineData(SparseKernel.Bitmask, SavedWeights.Compact)]
    public void A_mask_of_the_model_goes_on_to_hold_where_the_file_has_none(SparseKernel storage, SavedWeights weights)
    {
        using var saved = new CompactNet(5);
        saved.Fc.Compact(SparseKernel.Bitmask);
        saved.Save(folder["net"], weights: weights);
        using var loaded = CompactNet.TwoOfFour().MaskedWhereZero();
        var pruned = loaded.Site.Mask.Pruned;
        if (storage != SparseKernel.None)
        {
            loaded.Fc.Compact(storage);
        }

        Assert.Empty(loaded.Load(folder["net"]).Masks);
        Assert.Equal(saved.Weight.masked_fill(pruned, 0).Floats(), loaded.Weight.Floats());
    }

    [Fact]
    public void Floating_point_types_are_converted()
    {
        using var saved = new CompactNet(4);
        saved.Fc.Compact(SparseKernel.Bitmask);
        saved.Save(folder["net"], weights: SavedWeights.Compact);
        foreach (var type in new[] { ScalarType.BFloat16, ScalarType.Float16, ScalarType.Float64 })
        {
            using var dense = new CompactNet(5, type);
            dense.Load(folder["net"]);
            Assert.Equal(saved.Weight.to(type).bytes, dense.Weight.bytes);
        }

        using var compact = new CompactNet(5, ScalarType.BFloat16);
        compact.Fc.Compact(SparseKernel.Bitmask);
        compact.Load(folder["net"]);
        Assert.Equal(saved.Weight.to(ScalarType.BFloat16).bytes, compact.Weight.bytes);
    }

    [Fact]
    public void Half_precision_and_double_precision_are_read()
    {
        using var saved = new CompactNet(4);
        foreach (var type in new[] { ScalarType.Float16, ScalarType.BFloat16, ScalarType.Float64 })
        {
            var parts = CompressedWeight.Compress(saved.Weight.masked_fill(saved.Weight.lt(0), 0).to(type), CompressedFormat.SparseBitmask);
            SafeTensors.WriteSources(folder["layer"], CompressedParts.Of("weight", parts, type), null);
            using var layer = Linear(CompactNet.Columns, CompactNet.Rows, hasBias: false);
            layer.Load(folder["layer"]);
            Assert.Equal(saved.Weight.relu().to(type).to(ScalarType.Float32).bytes, layer.weight.bytes);
        }
    }

    [Fact]
    public void A_layer_alone_has_parts_without_a_prefix()
    {
        using var saved = CompactNet.TwoOfFour();
        saved.Fc.Compact(SparseKernel.Bitmask);
        saved.Fc.Save(folder["layer"], weights: SavedWeights.Compact);
        Assert.Equal(["bias F32 [6]", "bitmask U8 [6, 3]", "compressed F32 [60]", "row_offsets I64 [6]", "shape I64 [2]"], Tensors("layer"));
        using var loaded = new SparseLinear(CompactNet.Columns, CompactNet.Rows);
        loaded.Load(folder["layer"]);
        Assert.Equal(saved.Weight.bytes, loaded.weight.bytes);
    }

    [Fact]
    public void One_layer_under_two_names_is_stored_once()
    {
        using var layer = new SparseLinear(4, 4, hasBias: false);
        using var saved = new Annotated(null, ("first", layer), ("second", layer));
        layer.Compact(SparseKernel.Bitmask);
        Assert.Equal((4, 1), saved.Save(folder["net"], weights: SavedWeights.Compact) is var save ? (save.Tensors, save.CompactWeights) : default);
        Assert.Equal([("first.weight", "sparse-bitmask"), ("format", "pt"), ("second.weight", "first.weight")], Metadata());
        Assert.Equal(16, saved.Measure().Parameters);

        using var other = new SparseLinear(4, 4, hasBias: false);
        using var loaded = new Annotated(null, ("first", other), ("second", other));
        Assert.Equal(["first.weight", "second.weight"], loaded.Load(folder["net"]).Loaded.Order());
        Assert.Equal(layer.state_dict()["weight"].bytes, other.weight.bytes);
    }

    [Fact]
    public void Tied_weights_that_are_compact_apart_come_back_as_one()
    {
        using var first = new SparseLinear(4, 4, hasBias: false);
        using var second = new SparseLinear(4, 4, hasBias: false);
        using var saved = new Annotated(null, ("first", first), ("second", second));
        Weights.Fill(first.weight, 1, 0, 2, 0, 0, 3, 0, 4, 5, 0, 0, 6, 0, 7, 8, 0);
        Weights.Fill(second.weight, first.weight.Floats());
        saved.Compact(SparseKernel.Bitmask, Purpose.Size);
        Assert.Equal(2, saved.Save(folder["net"], weights: SavedWeights.Compact).CompactWeights);

        using var one = Linear(4, 4, hasBias: false);
        using var other = Linear(4, 4, hasBias: false);
        other.weight = one.weight;
        using var tied = new Annotated(null, ("first", one), ("second", other));
        tied.Load(folder["net"]);
        Assert.Equal(second.state_dict()["weight"].Floats(), one.weight.Floats());

        second.Densify();
        Weights.Fill(second.weight, 1, 0, 2, 0, 0, 3, 0, 4, 5, 0, 0, 6, 0, 7, 9, 0);
        second.Compact(SparseKernel.Csr);
        saved.Save(folder["net"], weights: SavedWeights.Compact);
        Assert.Contains("tied: first.weight and second.weight", Assert.Throws<CheckpointMismatchException>(() => tied.Load(folder["net"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Measuring_counts_stored_zeros_as_zeros()
    {
        using var net = CompactNet.TwoOfFour();
        var dense = net.Measure();
        using (no_grad())
        {
            net.Fc.weight[0] = 0;
        }

        foreach (var kernel in new[] { SparseKernel.Bitmask, SparseKernel.Csr, SparseKernel.SemiStructured })
        {
            net.Fc.Compact(kernel);
            var compact = net.Measure();
            Assert.Equal((dense.Bytes, dense.Parameters, dense.NonZeros - 10), (compact.Bytes, compact.Parameters, compact.NonZeros));
        }
    }

    [Fact]
    public void Saving_and_loading_leave_no_tensor_behind()
    {
        foreach (var kernel in new[] { SparseKernel.Bitmask, SparseKernel.Csr, SparseKernel.SemiStructured })
        {
            using var net = CompactNet.TwoOfFour().MaskedWhereZero();
            net.Fc.Compact(kernel);
            RoundTrip();
            var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
            RoundTrip();
            Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

            void RoundTrip()
            {
                net.Save(folder["net"], weights: SavedWeights.Compact);
                net.Load(folder["net"]);
                net.Measure(new MeasureOptions { Weights = SavedWeights.Compact });
            }
        }

        Assert.Equal(["net"], folder.Files);
    }

    private static void AssertHolds(CompactNet net, WeightMask mask)
    {
        Assert.Equal(mask.Pruned.Places(), net.Site.Mask.Pruned.Places());
        using (no_grad())
        {
            net.Fc.weight.fill_(1);
        }

        net.ApplyMasks();
        Assert.Equal(mask.Pruned.Places(), net.Fc.weight.eq(0).Places());
    }

    private string[] Tensors(string name = "net")
    {
        using var file = SafeTensorsFile.Open(folder[name]);
        return [.. file.Tensors.Values.Select(static tensor => tensor.ToString()).Order(StringComparer.Ordinal)];
    }

    private (string Key, string Value)[] Metadata()
    {
        using var file = SafeTensorsFile.Open(folder["net"]);
        return [.. file.Metadata.Select(static pair => (pair.Key, pair.Value)).Order()];
    }
}
