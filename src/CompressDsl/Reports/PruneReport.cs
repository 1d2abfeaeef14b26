using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What pruning did to a model.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Weights">Every weight that a rule speaks of, in the order of registration; those that are kept dense too.</param>
/// <param name="Parameters">How many numbers all parameters of the model hold, those that no rule speaks of too.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record PruneReport(string Model, IReadOnlyList<PrunedWeight> Weights, long Parameters, double Seconds) : Report
{
    /// <summary>Every group of heads or channels and every list of blocks that a rule speaks of, and what stays whole and why.</summary>
    public IReadOnlyList<PrunedStructure> Structures { get; init; } = [];

    /// <summary>How many numbers the weights have that were to be pruned; what is kept dense does not count.</summary>
    public long Total => Weights.Where(static weight => !weight.Rule.IsDense).Sum(static weight => weight.Total);

    /// <summary>How many of them are pruned now.</summary>
    public long Pruned => Weights.Sum(static weight => weight.Pruned);

    /// <summary>How many of them were pruned before this call, and stay so.</summary>
    public long AlreadyPruned => Weights.Sum(static weight => weight.AlreadyPruned);

    /// <summary>The fraction of <see cref="Total"/> that is pruned now, in [0, 1].</summary>
    public double Sparsity => Total == 0 ? 0 : (double)Pruned / Total;

    /// <inheritdoc/>
    protected override string ToText()
    {
        var parts = new List<string> { $"{Model}: pruned in {Display.Milliseconds(Seconds * 1000)}" };
        if (Structures.Count > 0)
        {
            parts.Add(StructureTable() + string.Concat(Structures.Where(static structure => structure.Obstacle is not null)
                .Select(static structure => $"\n{structure.Path} {structure.Rule}: {structure.Obstacle}")));
        }

        if (Weights.Count > 0)
        {
            var before = AlreadyPruned > 0 ? $"\n{Display.Count(AlreadyPruned)} were pruned before; they stay pruned and count." : "";
            parts.Add(WeightTable() + before + string.Concat(Weights.Select(Rescue)));
        }

        return string.Join("\n", parts);
    }

    private TextTable StructureTable()
    {
        var table = new TextTable("structure", "rule", "masked", "of", "kept");
        foreach (var structure in Structures.Where(static structure => structure.Count > 0))
        {
            table.Add(
                structure.Path, structure.Rule, Display.Count(structure.Removed), Display.Count(structure.Count), Display.Count(structure.Kept));
        }

        return table;
    }

    private TextTable WeightTable()
    {
        var looked = Weights.Any(static weight => weight.Error is not null || weight.Damping is not null);
        string[] data = looked ? ["error", "damping", "dead inputs"] : [];
        var table = new TextTable(["weight", "shape", "rule", "pruned", "of", "sparsity", .. data]);
        foreach (var weight in Weights)
        {
            object?[] figures = looked ? [Value(weight.Error), Value(weight.Damping), weight.DeadColumns is { } dead ? Display.Count(dead) : null] : [];
            table.Add(
            [
                weight.Path,
                string.Join(" x ", weight.Shape),
                weight.Rule,
                Display.Count(weight.Pruned),
                Display.Count(weight.Total),
                Display.Percent(weight.Sparsity),
                .. figures,
            ]);
        }

        object?[] none = looked ? [null, null, null] : [];
        table.Add(["total", null, null, Display.Count(Pruned), Display.Count(Total), Display.Percent(Sparsity), .. none]);
        var share = Parameters == 0 ? 0 : (double)Pruned / Parameters;
        table.Add(["all parameters", null, null, Display.Count(Pruned), Display.Count(Parameters), Display.Percent(share), .. none]);
        return table;
    }

    private static Display.Figure? Value(double? value) => value is { } known ? Display.Value(known) : null;

    /// <summary>What did not go as it was asked for.</summary>
    private static string Rescue(PrunedWeight weight)
    {
        var raised = weight.DampingRaises == 0 ? ""
            : $"\n{weight.Path}: its Hessian had no Cholesky factor; the damping was raised tenfold {weight.DampingRaises} time(s), to {Display.Value(weight.Damping!.Value)} of the mean diagonal.";
        return weight.IsLeft ? $"{raised}\n{weight.Path}: left alone by the allocation." : raised;
    }
}

/// <summary>Pruning in one call.</summary>
public static class PruneExtensions
{
    /// <summary>Does what the attributes at and below <paramref name="model"/> ask for; see <see cref="Pruner.Run"/>.</summary>
    /// <param name="model">An annotated module, or one that has annotated modules below.</param>
    /// <param name="options">What to do otherwise than the attributes say.</param>
    /// <param name="progress">Told after each weight.</param>
    /// <param name="cancellationToken">Heard between two weights; the model is then as it was.</param>
    public static PruneReport Prune(
        this nn.Module model, PruneOptions? options = null, IProgress<PruneProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var result = Pruner.Run(model, options, progress, cancellationToken);
        return new(model.GetName(), result.Weights, model.parameters().Sum(static parameter => parameter.numel()), result.Seconds) { Structures = result.Structures };
    }
}
