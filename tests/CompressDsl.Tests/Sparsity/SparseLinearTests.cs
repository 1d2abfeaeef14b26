using CompressDsl.Tests.Checkpoints;
using CompressDsl.Tests.Pruning;
using CsCheck;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Sparsity;

/// <summary>The layer that changes its storage: the same numbers, names and products in both.</summary>
[Collection(nameof(GlobalRandomNumbers))]
public sealed class SparseLinearTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void Initial_values_and_names_are_those_of_Linear()
    {
        manual_seed(3);
        using var reference = Linear(6, 5);
        manual_seed(3);
        using var layer = new SparseLinear(6, 5);

        Assert.Equal(reference.weight.Floats(), layer.weight.Floats());
        Assert.Equal(reference.bias!.Floats(), layer.bias!.Floats());
        Assert.Equal(["weight", "bias"], layer.state_dict().Keys);
        Assert.Equal((6, 5, SparseKernel.Unspecified, SparseKernel.None), (layer.in_features, layer.out_features, layer.Kernel, layer.Storage));
    }

    [Theory]
    [InlineData(true, ScalarType.Float32)]
    [InlineData(false, ScalarType.Float32)]
    [InlineData(true, ScalarType.Float64)]
    public void Both_storages_multiply_as_Linear_does(bool hasBias, ScalarType dtype)
    {
        using var layer = new SparseLinear(12, 7, hasBias, SparseKernel.Csr, dtype: dtype);
        Sparsify(layer, 0.7);
        layer.eval();
        long[][] shapes = [[12], [1, 12], [5, 12], [2, 3, 12], [0, 12], [2, 0, 3, 12]];
        foreach (var shape in shapes)
        {
            var input = rand(shape, dtype: dtype);
            var expected = functional.linear(input, layer.weight, layer.bias);
            var dense = layer.call(input);
            layer.Compact();
            var compact = layer.call(input);
            layer.Densify();

            Assert.Equal(expected.Floats(), dense.Floats());
            Assert.Equal(expected.shape, compact.shape);
            Assert.True(compact.is_contiguous());
            Assert.True(allclose(expected, compact, rtol: 1e-5, atol: 1e-6));
        }
    }

    [Fact]
    public void Transposed_inputs_are_multiplied_too()
    {
        using var layer = new SparseLinear(4, 3, kernel: SparseKernel.Csr);
        layer.eval();
        var input = rand(4, 6).t();
        var expected = layer.call(input);
        layer.Compact();
        Assert.True(allclose(expected, layer.call(input)));
    }

    [Fact]
    public void An_empty_weight_gives_the_bias()
    {
        using var layer = new SparseLinear(4, 3, kernel: SparseKernel.Csr);
        Weights.Fill(layer.weight, new float[12]);
        layer.eval();
        layer.Compact();
        Assert.Equal(0, layer.StoredCount);
        Assert.Equal([.. layer.bias!.Floats(), .. layer.bias!.Floats()], layer.call(ones(2, 4)).Floats());
    }

    [Fact]
    public void Densify_gives_back_every_bit_but_the_sign_of_zeros() => Gen.OneOf(
        Gen.Float, Gen.Const(0f), Gen.Const(-0f), Gen.Const(float.NaN), Gen.Const(float.NegativeInfinity), Gen.Const(float.Epsilon)).Array[15].Sample(
            values =>
            {
                using var layer = new SparseLinear(5, 3, kernel: SparseKernel.Csr);
                Weights.Fill(layer.weight, values);
                layer.Compact();
                layer.Densify();
                Assert.Equal(values.Select(static value => BitConverter.SingleToInt32Bits(value == 0 ? 0f : value)), layer.weight.Floats().Select(BitConverter.SingleToInt32Bits));
            },
            iter: 100,
            threads: 1);

    [Fact]
    public void Compact_releases_the_dense_weight_and_Densify_makes_a_new_one()
    {
        using var layer = new SparseLinear(8, 8, kernel: SparseKernel.Csr);
        Sparsify(layer, 0.9);
        var (weight, values, nonZeros) = (layer.weight, layer.weight.Floats(), layer.weight.NonZeros());
        layer.Compact();

        Assert.True(weight.IsInvalid);
        Assert.Equal(["bias"], layer.named_parameters().Select(static named => named.name));
        Assert.Contains("Densify", Assert.Throws<InvalidOperationException>(() => layer.weight).Message);
        Assert.Equal((SparseKernel.Csr, nonZeros, (nonZeros * 8) + (9 * 4)), (layer.Storage, layer.StoredCount, layer.WeightBytes));

        layer.Densify();
        Assert.Equal(values, layer.weight.Floats());
        Assert.True(layer.weight.requires_grad);
        Assert.Contains(layer.named_parameters(), static named => named.name == "weight");
        Assert.Equal((SparseKernel.None, null), (layer.Storage, layer.StoredCount));
    }

    [Fact]
    public void Training_in_compact_storage_is_refused()
    {
        using var layer = new SparseLinear(4, 3, kernel: SparseKernel.Csr);
        layer.Compact();
        Assert.Contains("Densify", Assert.Throws<InvalidOperationException>(() => layer.call(ones(1, 4))).Message);
        using (no_grad())
        {
            Assert.Equal([1, 3], layer.call(ones(1, 4)).shape);
        }

        layer.eval();
        Assert.Equal([1, 3], layer.call(ones(1, 4)).shape);
    }

    [Fact]
    public void In_eval_mode_gradients_pass_through_compact_storage()
    {
        using var layer = new SparseLinear(4, 3, kernel: SparseKernel.Csr);
        Sparsify(layer, 0.5);
        layer.eval();
        var input = rand(2, 5, 4, requires_grad: true);
        layer.call(input).square().sum().backward();
        var expected = input.grad!.clone();
        input.grad!.zero_();

        layer.Compact();
        layer.call(input).square().sum().backward();
        Assert.True(allclose(expected, input.grad, rtol: 1e-4, atol: 1e-6));
    }

    [Fact]
    public void Names_in_the_state_dictionary_stay_in_compact_storage()
    {
        using var layer = new SparseLinear(4, 3, kernel: SparseKernel.Csr);
        using var model = new Plain(layer);
        Sparsify(layer, 0.5);
        var values = layer.weight.Floats();
        layer.Compact();

        var state = model.state_dict();
        Assert.Equal(["inner.bias", "inner.weight"], state.Keys.Order());
        Assert.Equal(values, state["inner.weight"].Floats());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Files_go_from_either_storage_into_either(bool compactTarget)
    {
        using var folder = new TemporaryFolder();
        using var source = new SparseLinear(6, 4, kernel: SparseKernel.Csr);
        using var target = new SparseLinear(6, 4, kernel: SparseKernel.Csr);
        Sparsify(source, 0.5);
        var (values, input) = (source.weight.Floats(), rand(2, 6));
        source.Compact();
        using var sourceModel = new Plain(source);
        using var targetModel = new Plain(target);
        sourceModel.save(folder["layer.dat"]);
        if (compactTarget)
        {
            target.Compact();
        }

        targetModel.load(folder["layer.dat"]);
        using (no_grad())
        {
            Assert.True(allclose(sourceModel.call(input), targetModel.call(input)));
        }

        target.Densify();
        Assert.Equal(values, target.weight.Floats());
    }

    [Fact]
    public void A_state_dictionary_is_loaded_into_compact_storage()
    {
        using var layer = new SparseLinear(4, 2, kernel: SparseKernel.Csr);
        layer.Compact();
        layer.load_state_dict(new() { ["weight"] = arange(8, dtype: ScalarType.Float32).view(2, 4), ["bias"] = zeros(2) });
        Assert.Equal(7, UseAndCount(layer));
        layer.Densify();
        Assert.Equal([0, 1, 2, 3, 4, 5, 6, 7], layer.weight.Floats());

        static long? UseAndCount(SparseLinear layer)
        {
            using var gradientsOff = no_grad();
            layer.call(ones(1, 4)).Dispose();
            return layer.StoredCount;
        }
    }

    [Fact]
    public void Compact_storage_follows_to()
    {
        using var layer = new SparseLinear(4, 3, kernel: SparseKernel.Csr);
        using var model = new Plain(layer);
        Sparsify(layer, 0.5);
        var values = layer.weight.Floats();
        layer.Compact();
        model.to(ScalarType.Float64);
        layer.eval();

        Assert.Equal(ScalarType.Float64, layer.call(ones(1, 4, dtype: ScalarType.Float64)).dtype);
        layer.Densify();
        Assert.Equal(ScalarType.Float64, layer.weight.dtype);
        Assert.Equal(values, layer.weight.Floats());
    }

    [Fact]
    public void A_type_that_the_kernel_does_not_know_is_refused_and_nothing_changes()
    {
        using var layer = new SparseLinear(4, 3, kernel: SparseKernel.Csr, dtype: ScalarType.Float16);
        Assert.Contains("Float16", Assert.Throws<ArgumentException>(() => layer.Compact()).Message);
        Assert.Equal(SparseKernel.None, layer.Storage);
        Assert.Equal([3, 4], layer.weight.shape);
    }

    [Fact]
    public void A_kernel_without_compact_storage_is_refused()
    {
        using var layer = new SparseLinear(4, 3);
        Assert.Contains("Unspecified", Assert.Throws<ArgumentException>(() => layer.Compact()).Message);
        Assert.Contains("None", Assert.Throws<ArgumentException>(() => layer.Compact(SparseKernel.None)).Message);
    }

    [Fact]
    public void Compact_applies_the_mask_first_and_the_mask_outlives_it()
    {
        using var layer = new SparseLinear(4, 2, kernel: SparseKernel.Csr);
        using var model = new Annotated(SparsityRule.Unstructured(0.5), ("layer", layer));
        Weights.Fill(layer.weight, 1, 2, 3, 4, 5, 6, 7, 8);
        Pruner.Run(model);
        Weights.Fill(layer.weight, 9, 9, 9, 9, 9, 9, 9, 9);
        layer.Compact();
        Assert.Equal(4, layer.StoredCount);
        Assert.Equal(0.5, model.Compression.AllSites[0].Mask.Sparsity);

        layer.Densify();
        Weights.Fill(layer.weight, 9, 9, 9, 9, 9, 9, 9, 9);
        layer.call(ones(1, 4));
        Assert.Equal([0, 0, 0, 0, 9, 9, 9, 9], layer.weight.Floats());
        model.ClearMasks();
    }

    [Fact]
    public void No_tensor_is_left_behind()
    {
        var input = rand(3, 8);
        var before = LivingTensors.Count();
        using (var layer = new SparseLinear(8, 8, kernel: SparseKernel.Csr))
        using (no_grad())
        {
            for (var i = 0; i < 20; i++)
            {
                layer.Compact();
                layer.call(input).Dispose();
                layer.Densify();
                layer.call(input).Dispose();
            }
        }

        // TorchSharp counts the tensor that a parameter is made from a second time, and never takes that back: once for each parameter made here.
        const int MadeParameters = 2 + 20;
        Assert.Equal(before + MadeParameters, Tensor.TotalCount);
    }

    private static void Sparsify(SparseLinear layer, double sparsity)
    {
        using var gradientsOff = no_grad();
        layer.weight.masked_fill_(rand_like(layer.weight) < sparsity, 0);
    }
}
