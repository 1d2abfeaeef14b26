namespace CompressDsl;

/// <summary>What the choice of channels, heads and blocks works with, and what it does otherwise than the attributes say.</summary>
public sealed record StructureOptions
{
    /// <summary>The data that criteria other than magnitude and random look at; null where none is needed.</summary>
    public Calibration? Calibration { get; init; }

    /// <summary>How scores are computed where a criterion leaves a choice.</summary>
    public GroupScoring Scoring { get; init; } = new();

    /// <summary>How many units go where a fraction is asked for. Default: never more than that fraction.</summary>
    public GroupCutOff CutOff { get; init; }

    /// <summary>In place of the attributes' rules, one for each kind; a kind without one is left alone. Null: what the attributes say.</summary>
    public IReadOnlyList<StructureRule>? Rules { get; init; }

    /// <summary>How much of what the rules ask for goes now, in (0, 1].</summary>
    public double Share { get; init; } = 1;

    /// <summary>Whom every sum over calibration data goes through.</summary>
    public IWorkers Workers { get; init; } = SingleWorker.Instance;

    /// <summary>The rule to follow where an attribute has a rule; null leaves it alone.</summary>
    public StructureRule? RuleFor(StructureRule own) => Rules is null ? own : Rules.FirstOrDefault(rule => rule.Kind == own.Kind);
}
