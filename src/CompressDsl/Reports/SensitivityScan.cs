using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A sensitivity scan in one call.</summary>
public static class SensitivityScan
{
    /// <summary>
    /// Prunes every layer alone, at every sparsity, and measures the loss; the model is afterwards as it was. The report makes allocations from it, for a
    /// budget of parameters or of measured time.
    /// </summary>
    /// <param name="model">An annotated module, or one that has annotated modules below.</param>
    /// <param name="options">What is tried.</param>
    /// <param name="progress">Told after each trial.</param>
    /// <param name="cancellationToken">Heard between two trials.</param>
    /// <exception cref="ArgumentException">The calibration has no loss, or a sparsity is outside (0, 1).</exception>
    public static SensitivityReport ScanSensitivity(
        this nn.Module model, SensitivityOptions options, IProgress<SensitivityProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Check(options);
        var clock = Stopwatch.StartNew();
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        using var evaluation = new TrainingMode(model, training: false);
        var prune = (options.Prune ?? new()) with { Calibration = options.Calibration, Allocation = Allocation.Uniform, Journal = null };
        var found = SiteWalk.Collect(model).Where(static weight => !weight.Rule.IsDense).ToArray();
        var rules = found.ToDictionary(static weight => weight.Path, weight => prune.Rule ?? weight.Rule);
        var trials = found.SelectMany(weight => Levels(rules[weight.Path], options).Select(level => (weight, level))).ToArray();
        var inputs = options.MeasureLatency ? FirstInputs(found, options.Calibration, scope) : [];
        var dense = Loss(options.Calibration);
        var layers = new List<ScannedLayer>();
        var done = 0;
        foreach (var weight in found)
        {
            var timer = inputs.TryGetValue(weight.Path, out var input) ? new LayerTimer(weight, rules[weight.Path], input, options.Latency) : null;
            var tried = new List<SensitivityTrial>();
            foreach (var level in Levels(rules[weight.Path], options))
            {
                cancellationToken.ThrowIfCancellationRequested();
                tried.Add(Try(model, weight, level, prune, timer, cancellationToken));
                progress?.Report(new(++done, trials.Length, weight.Path));
            }

            layers.Add(new(weight.Path, weight.Weight.Parameter!.numel(), rules[weight.Path].IsSemiStructured, timer?.Dense(), tried));
        }

        return new(model.GetName(), dense, layers, clock.Elapsed.TotalSeconds);
    }

    private static void Check(SensitivityOptions options)
    {
        if (!options.Calibration.HasLoss)
        {
            throw new ArgumentException("A scan measures the loss: give Calibration.Of one, for example batch => cross_entropy(model.call(batch.Input), batch.Label).", nameof(options));
        }

        foreach (var sparsity in options.Sparsities.Where(static sparsity => !(sparsity > 0 && sparsity < 1)))
        {
            throw new ArgumentException($"The sparsity {sparsity} cannot be tried: it is the fraction of the weights that is removed, in (0, 1).", nameof(options));
        }
    }

    private static IEnumerable<double> Levels(SparsityRule rule, SensitivityOptions options) => rule.IsSemiStructured ? [rule.Sparsity] : options.Sparsities;

    private static SensitivityTrial Try(
        nn.Module model, FoundWeight weight, double level, PruneOptions prune, LayerTimer? timer, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var parameter = weight.Weight.Parameter!;
        var (numbers, mask) = (parameter.detach().clone(), weight.Mask.Pruned);
        try
        {
            var only = prune with { RuleOf = (path, rule) => path == weight.Path ? rule.At(level).Alone() : null };
            Pruner.Run(model, only, cancellationToken: cancellationToken);
            return new(level, Loss(prune.Calibration!), timer?.Pruned());
        }
        finally
        {
            weight.Mask.Set(mask);
            parameter.copy_(numbers);
        }
    }

    private static double Loss(Calibration calibration)
    {
        var sum = 0.0;
        for (var batch = 0; batch < calibration.Count; batch++)
        {
            using var scope = NewDisposeScope();
            sum += calibration.Loss(batch).to(ScalarType.Float64).item<double>();
        }

        return sum / calibration.Count;
    }

    private static Dictionary<string, Tensor> FirstInputs(FoundWeight[] found, Calibration calibration, DisposeScope scope)
    {
        var inputs = new Dictionary<string, Tensor>();
        var hooks = new List<IDisposable>();
        foreach (var weight in found.Where(static weight => weight.Weight.Module is SparseLinear or TorchSharp.Modules.Linear))
        {
            hooks.Add(LayerInputs.Watch(weight.Weight, (rows, _) => inputs.TryAdd(weight.Path, rows.clone().DetachFromDisposeScope())));
        }

        calibration.Forward(0);
        hooks.ForEach(static hook => hook.Dispose());
        scope.Attach(inputs.Values);
        return inputs;
    }
}
