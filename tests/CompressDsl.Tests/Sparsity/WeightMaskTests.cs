using CompressDsl.Tests.Pruning;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Sparsity;

/// <summary>What one mask does to one weight.</summary>
public sealed class WeightMaskTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly Linear layer = Linear(4, 2);
    private readonly Annotated model;
    private readonly WeightMask mask;

    public WeightMaskTests()
    {
        Weights.Fill(layer.weight, 1, 2, 3, 4, 5, 6, 7, 8);
        model = new(SparsityRule.Unstructured(0.5), ("layer", layer));
        mask = model.Compression.AllSites[0].Mask;
    }

    public void Dispose()
    {
        mask.Dispose();
        model.Dispose();
        scope.Dispose();
    }

    [Fact]
    public void A_new_mask_is_dense()
    {
        Assert.True(mask.IsDense);
        Assert.Equal((0, 0), (mask.PrunedCount, mask.Sparsity));
        Assert.Empty(mask.Pruned.Places());
        Assert.Equal(8, mask.Kept.Places().Length);
    }

    [Fact]
    public void Set_zeroes_at_once_even_what_is_no_number()
    {
        Weights.Fill(layer.weight, float.NaN, 2, float.PositiveInfinity, 4, 5, 6, 7, float.NegativeInfinity);
        mask.Set(At(0, 2, 7));

        Assert.Equal([0, 2, 0, 4, 5, 6, 7, 0], layer.weight.Floats());
        Assert.Equal((false, 3, 3.0 / 8), (mask.IsDense, mask.PrunedCount, mask.Sparsity));
        Assert.Equal([0, 2, 7], mask.Pruned.Places());
        Assert.Equal([1, 3, 4, 5, 6], mask.Kept.Places());
    }

    [Fact]
    public void Set_again_frees_what_was_pruned_before()
    {
        mask.Set(At(0, 1));
        mask.Set(At(2));
        Weights.Fill(layer.weight, 1, 1, 1, 1, 1, 1, 1, 1);
        mask.Apply();

        Assert.Equal([1, 1, 0, 1, 1, 1, 1, 1], layer.weight.Floats());
    }

    [Fact]
    public void Set_with_nothing_to_prune_makes_the_mask_dense()
    {
        mask.Set(At(3));
        mask.Set(At());
        Assert.True(mask.IsDense);
    }

    [Fact]
    public void Set_copies_what_it_is_given()
    {
        using var pruned = At(0);
        mask.Set(pruned);
        pruned.fill_(true);
        Assert.Equal([0], mask.Pruned.Places());
    }

    [Fact]
    public void Set_refuses_another_type_or_shape_and_changes_nothing()
    {
        Assert.Contains("Float32", Assert.Throws<ArgumentException>(() => mask.Set(zeros(2, 4))).Message);
        var error = Assert.Throws<ArgumentException>(() => mask.Set(zeros(4, 2, dtype: ScalarType.Bool)));
        Assert.Contains("[4, 2]", error.Message);
        Assert.Contains("[2, 4]", error.Message);
        Assert.True(mask.IsDense);
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], layer.weight.Floats());
    }

    [Fact]
    public void A_changed_weight_is_masked_before_the_next_call()
    {
        mask.Set(At(0, 1));
        Weights.Fill(layer.weight, 1, 1, 1, 1, 1, 1, 1, 1);
        layer.call(ones(1, 4));
        Assert.Equal([0, 0, 1, 1, 1, 1, 1, 1], layer.weight.Floats());
    }

    [Fact]
    public void Without_gradients_and_without_training_before_a_call_only_tests_a_flag()
    {
        mask.Set(At(0));
        Weights.Fill(layer.weight, 1, 1, 1, 1, 1, 1, 1, 1);
        using (no_grad())
        {
            layer.call(ones(1, 4));
            Assert.Equal(1, layer.weight.Floats()[0]);
        }

        layer.call(ones(1, 4));
        Assert.Equal(0, layer.weight.Floats()[0]);
    }

    [Fact]
    public void Without_gradients_but_after_training_the_last_step_is_masked()
    {
        mask.Set(At(0));
        layer.call(ones(1, 4));
        Weights.Fill(layer.weight, 1, 1, 1, 1, 1, 1, 1, 1);
        using var gradientsOff = no_grad();
        layer.call(ones(1, 4));
        Assert.Equal(0, layer.weight.Floats()[0]);
    }

    [Fact]
    public void A_look_without_gradients_between_forward_and_step_does_not_miss_the_step()
    {
        mask.Set(At(0));
        layer.call(ones(1, 4));
        using var gradientsOff = no_grad();
        layer.call(ones(1, 4));
        Weights.Fill(layer.weight, 1, 1, 1, 1, 1, 1, 1, 1);
        layer.call(ones(1, 4));
        Assert.Equal(0, layer.weight.Floats()[0]);
    }

    [Fact]
    public void Two_calls_in_one_graph_can_go_backward()
    {
        mask.Set(At(0, 5));
        Weights.Fill(layer.weight, 1, 2, 3, 4, 5, 6, 7, 8);
        var x = ones(1, 4, requires_grad: true);
        var first = layer.call(x).sum();
        using (no_grad())
        {
            layer.call(x);
        }

        mask.Apply();
        var second = layer.call(x * 2).sum();
        (first + second).backward();

        Assert.Equal([3 * 5f, 3 * 2f, 3 * 10f, 3 * 12f], x.grad!.Floats().Select(static value => value));
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void A_weight_that_to_replaced_stays_masked(ScalarType dtype)
    {
        mask.Set(At(0, 1));
        var before = layer.weight;
        layer.to(dtype);
        Assert.NotSame(before, layer.weight);
        Assert.Equal([0, 0, 3, 4, 5, 6, 7, 8], layer.weight.Floats());

        Weights.Fill(layer.weight, 1, 1, 1, 1, 1, 1, 1, 1);
        layer.call(ones(1, 4, dtype: dtype));
        Assert.Equal([0, 0, 1, 1, 1, 1, 1, 1], layer.weight.Floats());
        Assert.Equal(dtype, layer.weight.dtype);
    }

    [Fact]
    public void A_weight_that_was_assigned_is_masked()
    {
        mask.Set(At(0, 1));
        layer.weight = Parameter(ones(2, 4));
        layer.call(ones(1, 4));
        Assert.Equal([0, 0, 1, 1, 1, 1, 1, 1], layer.weight.Floats());
    }

    [Fact]
    public void A_weight_of_another_shape_is_an_error()
    {
        mask.Set(At(0));
        layer.weight = Parameter(ones(2, 3));
        Assert.Contains("[2, 3]", Assert.Throws<ArgumentException>(() => layer.call(ones(1, 3))).Message);
    }

    [Fact]
    public void Clear_lets_go_of_the_weight_and_leaves_the_zeros()
    {
        mask.Set(At(0));
        mask.Clear();
        Assert.True(mask.IsDense);
        Assert.Equal(0, layer.weight.Floats()[0]);

        Weights.Fill(layer.weight, 1, 1, 1, 1, 1, 1, 1, 1);
        layer.call(ones(1, 4));
        Assert.Equal(1, layer.weight.Floats()[0]);
    }

    [Fact]
    public void A_mask_may_change_inside_a_call()
    {
        mask.Set(At(0));
        var hook = layer.register_forward_pre_hook((Module _) => mask.Set(At(1)));
        layer.call(ones(1, 4));
        hook.remove();
        Assert.Equal([1], mask.Pruned.Places());
    }

    [Fact]
    public void Apply_sees_what_libtorch_does_not_count_as_a_write()
    {
        mask.Set(At(0));
        layer.weight.data<float>()[0, 0] = 5;
        mask.Apply();
        Assert.Equal(0, layer.weight.Floats()[0]);
    }

    [Fact]
    public void Whoever_asks_gets_the_same_mask() =>
        Assert.Same(mask, new Annotated(SparsityRule.KeepDense, ("other", model)).Compression.AllSites[0].Mask);

    private static Tensor At(params long[] places)
    {
        var pruned = zeros(8, dtype: ScalarType.Bool);
        foreach (var place in places)
        {
            pruned[place] = true;
        }

        return pruned.reshape(2, 4);
    }
}
