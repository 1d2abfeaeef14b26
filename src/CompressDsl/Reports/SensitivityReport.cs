namespace CompressDsl;

/// <summary>How much worse a model gets when one of its layers is pruned and the others are not.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="DenseLoss">The mean loss of the model as it was.</param>
/// <param name="Layers">Every layer that is to be pruned.</param>
/// <param name="Seconds">How long the scan took.</param>
public sealed record SensitivityReport(string Model, double DenseLoss, IReadOnlyList<ScannedLayer> Layers, double Seconds) : Report
{
    /// <summary>
    /// The allocation that keeps a share of the scanned weights, for the smallest rise of the loss, if the rises of single layers add up.
    /// </summary>
    /// <param name="kept">The share of the scanned weights that stays, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A share outside (0, 1).</exception>
    /// <exception cref="InvalidOperationException">The highest sparsities that were tried do not reach it.</exception>
    public Allocation ForParameters(double kept)
    {
        RequireShare(kept, nameof(kept));
        var all = Layers.Sum(static layer => layer.Parameters);
        return Allocate(
            static (layer, trial) => layer.Parameters * (1 - trial.Sparsity), static layer => layer.Parameters, kept * all, isLinear: true, $"{kept * 100:0.##}% of {all} weights");
    }

    /// <summary>The allocation that takes a share of the dense time of the scanned layers, for the smallest rise of the loss.</summary>
    /// <param name="share">The time that the layers may take together, as a share of their dense time, in (0, 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A share outside (0, 1).</exception>
    /// <exception cref="InvalidOperationException">Nothing was timed, or no trial is fast enough: zeros without a kernel that skips them take the same
    /// time.</exception>
    public Allocation ForLatency(double share)
    {
        RequireShare(share, nameof(share));
        if (Layers.Any(static layer => layer.DenseMilliseconds is null))
        {
            throw new InvalidOperationException("The scan timed nothing; set SensitivityOptions.MeasureLatency.");
        }

        var dense = Layers.Sum(static layer => layer.DenseMilliseconds!.Value);
        return Allocate(
            static (_, trial) => trial.Milliseconds!.Value, static layer => layer.DenseMilliseconds!.Value, share * dense, isLinear: false, $"{share * dense:0.###} of {dense:0.###} ms");
    }

    /// <inheritdoc/>
    protected override string ToText()
    {
        var levels = Layers.SelectMany(static layer => layer.Trials).Select(static trial => trial.Sparsity).Distinct().Order().ToArray();
        var table = new TextTable(["weight", "numbers", .. levels.Select(static level => Display.Percent(level).ToString())]);
        foreach (var layer in Layers)
        {
            table.Add([layer.Path, Display.Count(layer.Parameters), .. levels.Select(level => (object?)Rise(layer, level))]);
        }

        return $"{Model}: loss {Display.Value(DenseLoss)} dense; what it rises by when one layer is pruned, in {Display.Milliseconds(Seconds * 1000)}\n{table}";

        Display.Figure? Rise(ScannedLayer layer, double level) =>
            layer.Trials.FirstOrDefault(trial => trial.Sparsity == level) is { } trial ? Display.Value(trial.Loss - DenseLoss) : null;
    }

    private static void RequireShare(double share, string name)
    {
        if (!(share > 0 && share < 1))
        {
            throw new ArgumentOutOfRangeException(name, share, "A budget is a share of the dense model: greater than 0 and less than 1.");
        }
    }

    private Allocation Allocate(
        Func<ScannedLayer, SensitivityTrial, double> cost, Func<ScannedLayer, double> dense, double budget, bool isLinear, string words)
    {
        var choices = Layers
            .Select(layer => (IReadOnlyList<Choice>)[new(0, 0, dense(layer)), .. layer.Trials.Select(trial => new Choice(trial.Sparsity, trial.Loss - DenseLoss, cost(layer, trial)))])
            .ToArray();
        var sparsities = Budget.Meet(choices, budget, isLinear && Layers.All(static layer => !layer.IsSemiStructured)) ?? throw new InvalidOperationException(
            $"No choice of the sparsities that were tried comes down to {words}: the lowest possible is {choices.Sum(static layer => layer.Min(static choice => choice.Cost)):0.###}. "
            + (isLinear ? "Try higher ones." : "Zeros run faster only with a kernel that skips them (CDSL2001)."));
        return Allocation.PerWeight(Layers.Zip(sparsities).ToDictionary(static pair => pair.First.Path, static pair => pair.Second));
    }
}

/// <summary>One layer of a scan.</summary>
/// <param name="Path">The name of its weight in the state dictionary.</param>
/// <param name="Parameters">How many numbers the weight has.</param>
/// <param name="IsSemiStructured">Whether its rule is N:M.</param>
/// <param name="DenseMilliseconds">The median time of the dense layer on its input in the first batch; null where it was not timed.</param>
/// <param name="Trials">What was tried.</param>
public sealed record ScannedLayer(
    string Path, long Parameters, bool IsSemiStructured, double? DenseMilliseconds, IReadOnlyList<SensitivityTrial> Trials);

/// <summary>One layer pruned alone.</summary>
/// <param name="Sparsity">The fraction removed.</param>
/// <param name="Loss">The mean loss of the model.</param>
/// <param name="Milliseconds">The median time of the layer in the storage of its kernel; null where it was not timed.</param>
public sealed record SensitivityTrial(double Sparsity, double Loss, double? Milliseconds);

/// <summary>How far a scan has come.</summary>
/// <param name="Done">Trials that are done.</param>
/// <param name="Total">Trials.</param>
/// <param name="Path">The layer that was tried last.</param>
public sealed record SensitivityProgress(int Done, int Total, string Path);
