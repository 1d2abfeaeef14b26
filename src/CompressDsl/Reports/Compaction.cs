using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Sparse storage in one call.</summary>
public static class Compaction
{
    /// <summary>
    /// Changes every <see cref="SparseLinear"/> to the compact storage of its kernel: the one its attribute names, else the one it was made with.
    /// For inference; <see cref="SparseLinear.Densify"/> leads back.
    /// </summary>
    /// <remarks>All layers are compressed before the first is changed: an error or a cancellation leaves the model as it was.</remarks>
    /// <param name="model">The model.</param>
    /// <param name="kernel">Takes the place of every layer's own kernel, except where <c>[KeepDense]</c> holds; null asks the layers. Whose kernel
    /// is None stays dense.</param>
    /// <param name="purpose">Speed: what would be more than 3% slower than dense, at one vector a call or at hundreds, stays dense, and the report says so. Size: every layer
    /// changes. Null asks the layer's rule; it is Speed where there is none.</param>
    /// <param name="progress">Told after each layer.</param>
    /// <param name="cancellationToken">Heard between two layers, and while one is measured.</param>
    /// <exception cref="InvalidOperationException">A kernel does not know the type of a weight; the message names it.</exception>
    public static CompactReport Compact(
        this nn.Module model,
        SparseKernel? kernel = null,
        Purpose? purpose = null,
        IProgress<CompactProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        var clock = Stopwatch.StartNew();
        var plan = Plan(model, kernel, purpose);
        var changes = plan.Where(static step => step.Why is null).ToArray();
        var compressed = new List<SparseLinear.Compacted>();
        try
        {
            foreach (var step in changes)
            {
                cancellationToken.ThrowIfCancellationRequested();
                compressed.Add(Prepare(step, cancellationToken));
                progress?.Report(new(compressed.Count, changes.Length, step.Path));
            }

            cancellationToken.ThrowIfCancellationRequested();
        }
        catch
        {
            compressed.ForEach(static storage => storage.Dispose());
            throw;
        }

        foreach (var (step, storage) in changes.Zip(compressed))
        {
            step.Take(storage);
        }

        return new(model.GetName(), [.. plan.Select(static step => step.Done())], clock.Elapsed.TotalSeconds);
    }

    private static List<Step> Plan(nn.Module model, SparseKernel? kernel, Purpose? purpose)
    {
        var rules = SiteWalk.Collect(model);
        var plan = new List<Step>();
        foreach (var (path, module) in model.named_modules().Prepend((name: "", module: model)).DistinctBy(static named => named.module))
        {
            var rule = rules.Find(found => found.Aliases.Prepend(found.Weight).Any(weight => ReferenceEquals(weight.Module, module)))?.Rule;
            if (module is SparseLinear layer)
            {
                var wanted = kernel ?? (rule is { Kernel: not SparseKernel.Unspecified } ? rule.Kernel : layer.Kernel);
                plan.Add(new(path, layer, null, wanted, purpose ?? rule?.Purpose ?? Purpose.Speed, WhyNot(layer, rule, wanted)));
            }
            else if (rule is { IsDense: false } && PrunableWeight.TryOfMember(module, out var weight))
            {
                plan.Add(new(path, null, weight, SparseKernel.None, Purpose.Size, $"{module.GetName()} has dense storage only; SparseLinear can change it"));
            }
        }

        return plan;
    }

    private static string? WhyNot(SparseLinear layer, SparsityRule? rule, SparseKernel wanted) => (rule, wanted) switch
    {
        ({ IsDense: true }, _) => "[KeepDense]",
        (_, SparseKernel.None) => "Kernel = None",
        (_, SparseKernel.Unspecified) => "no kernel is named",
        _ when layer.Storage == wanted => "it was so before",
        (_, SparseKernel.SemiStructured) when layer.DenseWeight is { device_type: TorchSharp.DeviceType.CUDA } weight => CudaSemiStructuredStorage.WhyNot(weight),
        _ => null,
    };

    private static SparseLinear.Compacted Prepare(Step step, CancellationToken cancellationToken)
    {
        try
        {
            return step.Layer!.Prepare(step.Wanted, step.Purpose, cancellationToken);
        }
        catch (ArgumentException error)
        {
            throw new InvalidOperationException($"'{step.Path}' cannot change to {step.Wanted} storage: {error.Message}", error);
        }
    }

    private sealed class Step
    {
        private readonly PrunableWeight? other;
        private readonly long bytesBefore;

        public Step(string path, SparseLinear? layer, PrunableWeight? other, SparseKernel wanted, Purpose purpose, string? why)
        {
            (Path, Layer, this.other, Wanted, Purpose, Why) = (path, layer, other, wanted, purpose, why);
            bytesBefore = Bytes;
        }

        public string Path { get; }

        public SparseLinear? Layer { get; }

        public SparseKernel Wanted { get; }

        public Purpose Purpose { get; }

        public string? Why { get; private set; }

        private long Bytes => Layer?.WeightBytes ?? (other!.Parameter!.numel() * other.Parameter.element_size());

        /// <summary>Lets the layer have its storage, or says why not.</summary>
        public void Take(SparseLinear.Compacted storage)
        {
            if (storage.Slower is null)
            {
                storage.Adopt();
                return;
            }

            Why = $"{Wanted} would run at {Display.Ratio(storage.Slower.Speedup)} of dense with {storage.Slower.Vectors} {(storage.Slower.Vectors == 1 ? "vector" : "vectors")} a call";
            storage.Dispose();
        }

        public CompactedLayer Done() =>
            new(Path, Layer?.Storage ?? SparseKernel.None, Sparsity(), bytesBefore, Bytes, Why) { Timings = Layer?.Timings ?? [] };

        private double Sparsity()
        {
            if (Layer is { StoredCount: { } stored })
            {
                return 1 - ((double)stored / (Layer.in_features * Layer.out_features));
            }

            using var scope = NewDisposeScope();
            var weight = (Layer?.weight ?? other!.Parameter)!;
            return 1 - ((double)weight.count_nonzero().item<long>() / weight.numel());
        }
    }
}
