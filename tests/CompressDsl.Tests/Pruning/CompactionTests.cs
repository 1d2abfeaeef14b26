using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Pruning;

/// <summary>Compact storage for a whole model, and what the report says.</summary>
public sealed class CompactionTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Fact]
    public void What_asks_for_a_kernel_is_compacted_and_the_rest_says_why_not()
    {
        var csr = SparsityRule.Unstructured(0.9, kernel: SparseKernel.Csr);
        var kept = new SparseLinear(8, 8, kernel: SparseKernel.Csr);
        var none = new SparseLinear(8, 8, kernel: SparseKernel.None);
        var silent = new SparseLinear(8, 8);
        using var model = new Annotated(
            csr,
            (self, _) =>
            {
                self.Site("kept", () => PrunableWeight.Of(kept), SparsityRule.KeepDense);
                self.Site("none", () => PrunableWeight.Of(none), SparsityRule.Unstructured(0.9));
                self.Site("silent", () => PrunableWeight.Of(silent), SparsityRule.Unstructured(0.9));
            },
            ("asked", new SparseLinear(10, 10)),
            ("kept", kept),
            ("none", none),
            ("silent", silent),
            ("plain", Linear(8, 8)));
        Pruner.Run(model);
        var report = model.Compact(purpose: Purpose.Size);

        Assert.Equal(
            [
                ("asked", SparseKernel.Csr, null), ("kept", SparseKernel.None, "[KeepDense]"), ("none", SparseKernel.None, "Kernel = None"),
                ("silent", SparseKernel.None, "no kernel is named"),
                ("plain", SparseKernel.None, "Linear has dense storage only; SparseLinear can change it"),
            ],
            report.Layers.Select(static layer => (layer.Path, layer.Storage, layer.Why)));
        Assert.Equal((400, (10 * 8) + (11 * 4)), (report.Layers[0].BytesBefore, report.Layers[0].BytesAfter));
        Assert.Equal(0.9, report.Layers[0].Sparsity, 9);
        Assert.Contains("[KeepDense]", report.ToString());
        Assert.Contains("\"storage\": \"csr\"", report.ToJson());

        Assert.Equal("it was so before", model.Compact(purpose: Purpose.Size).Layers[0].Why);
        model.ClearMasks();
    }

    [Fact]
    public void A_kernel_at_the_call_overrides_the_layers()
    {
        using var model = Sequential(new SparseLinear(4, 4), new SparseLinear(4, 4, kernel: SparseKernel.None));
        Assert.All(model.Compact(SparseKernel.Csr, Purpose.Size).Layers, static layer => Assert.Equal(SparseKernel.Csr, layer.Storage));
    }

    [Fact]
    public void An_error_leaves_every_layer_as_it_was()
    {
        var good = new SparseLinear(4, 4, kernel: SparseKernel.Csr);
        using var model = Sequential(("good", good), ("bad", new SparseLinear(4, 4, kernel: SparseKernel.Csr, dtype: ScalarType.Float16)));
        Assert.Contains("'bad'", Assert.Throws<InvalidOperationException>(() => model.Compact(purpose: Purpose.Size)).Message);
        Assert.Equal(SparseKernel.None, good.Storage);
    }

    [Fact]
    public void A_compacted_model_computes_the_same()
    {
        using var model = new Annotated(
            SparsityRule.Unstructured(0.8, kernel: SparseKernel.Csr),
            ("up", new SparseLinear(16, 32)),
            ("act", ReLU()),
            ("down", new SparseLinear(32, 16)));
        Pruner.Run(model);
        model.eval();
        var input = rand(3, 5, 16);
        var expected = model.call(input);
        model.Compact(purpose: Purpose.Size);
        Assert.True(allclose(expected, model.call(input), rtol: 1e-5, atol: 1e-6));
        model.ClearMasks();
    }
}
