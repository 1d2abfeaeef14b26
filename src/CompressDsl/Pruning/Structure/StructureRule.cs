using System.Globalization;

namespace CompressDsl;

/// <summary>What a structure attribute asks for, as plain values.</summary>
public sealed record StructureRule
{
    private StructureRule()
    {
    }

    /// <summary>What goes.</summary>
    public StructureKind Kind { get; private init; }

    /// <summary>The fraction removed, in (0, 1); null where <see cref="Keep"/> says how many stay.</summary>
    public double? Ratio { get; private init; }

    /// <summary>How many stay, at least 1; null where <see cref="Ratio"/> says how many go.</summary>
    public int? Keep { get; private init; }

    /// <summary>How what goes is chosen.</summary>
    public Criterion Criterion { get; private init; }

    /// <summary>
    /// <see cref="Scope.PerLayer"/>: every group by itself. <see cref="Scope.Global"/>: one ranking over every group under the annotated class.
    /// </summary>
    public Scope Scope { get; private init; }

    /// <summary>How many stay is a multiple of this, at least 1.</summary>
    public int RoundTo { get; private init; }

    /// <summary><c>[PruneHeads(ratio)]</c> or <c>[PruneHeads(Keep = keep)]</c>.</summary>
    /// <param name="ratio">The fraction of the heads removed, in (0, 1); null where <paramref name="keep"/> is given.</param>
    /// <param name="keep">How many heads stay, at least 1; null where <paramref name="ratio"/> is given.</param>
    /// <param name="criterion">How the heads that go are chosen.</param>
    /// <param name="scope">Per layer or global.</param>
    /// <param name="roundTo">How many stay is a multiple of this, at least 1.</param>
    /// <exception cref="ArgumentException">
    /// Not exactly one of ratio and keep; a keep that is no multiple of roundTo; a criterion or scope that does not apply.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number outside of its range.</exception>
    public static StructureRule Heads(
        double? ratio = null, int? keep = null, Criterion criterion = Criterion.Magnitude, Scope scope = Scope.PerLayer, int roundTo = 1)
        => Create(StructureKind.Heads, ratio, keep, criterion, scope, roundTo);

    /// <summary><c>[PruneChannels(ratio)]</c> or <c>[PruneChannels(Keep = keep)]</c>.</summary>
    /// <inheritdoc cref="Heads"/>
    /// <param name="ratio">The fraction of the channels removed, in (0, 1); null where <paramref name="keep"/> is given.</param>
    /// <param name="keep">How many channels stay, at least 1; null where <paramref name="ratio"/> is given.</param>
    /// <param name="criterion">How the channels that go are chosen.</param>
    /// <param name="scope">Per layer or global.</param>
    /// <param name="roundTo">How many stay is a multiple of this, at least 1.</param>
    public static StructureRule Channels(
        double? ratio = null, int? keep = null, Criterion criterion = Criterion.Magnitude, Scope scope = Scope.PerLayer, int roundTo = 1)
        => Create(StructureKind.Channels, ratio, keep, criterion, scope, roundTo);

    /// <summary><c>[PruneLayers(ratio)]</c> or <c>[PruneLayers(Keep = keep)]</c>.</summary>
    /// <inheritdoc cref="Heads"/>
    /// <param name="ratio">The fraction of the blocks removed, in (0, 1); null where <paramref name="keep"/> is given.</param>
    /// <param name="keep">How many blocks stay, at least 1; null where <paramref name="ratio"/> is given.</param>
    /// <param name="criterion">How the blocks that go are chosen.</param>
    /// <param name="scope">Per layer (the blocks of one list) or global.</param>
    /// <param name="roundTo">How many stay is a multiple of this, at least 1.</param>
    public static StructureRule Layers(
        double? ratio = null, int? keep = null, Criterion criterion = Criterion.BlockInfluence, Scope scope = Scope.PerLayer, int roundTo = 1)
        => Create(StructureKind.Layers, ratio, keep, criterion, scope, roundTo);

    /// <summary><c>[PruneHidden(ratio)]</c> or <c>[PruneHidden(Keep = keep)]</c>.</summary>
    /// <inheritdoc cref="Heads"/>
    /// <param name="ratio">The fraction of the hidden channels removed, in (0, 1); null where <paramref name="keep"/> is given.</param>
    /// <param name="keep">How many hidden channels stay, at least 1; null where <paramref name="ratio"/> is given.</param>
    /// <param name="criterion">How the channels that go are chosen.</param>
    /// <param name="scope">Per layer (the channels of one stream) or global.</param>
    /// <param name="roundTo">How many stay is a multiple of this, at least 1.</param>
    public static StructureRule Hidden(
        double? ratio = null, int? keep = null, Criterion criterion = Criterion.Magnitude, Scope scope = Scope.PerLayer, int roundTo = 1)
        => Create(StructureKind.Hidden, ratio, keep, criterion, scope, roundTo);

    /// <summary>The attribute, with the options that are not the default: <c>[PruneHeads(0.25, Scope = Scope.Global)]</c>.</summary>
    public override string ToString()
    {
        var options = new[]
        {
            Ratio?.ToString(CultureInfo.InvariantCulture),
            Keep is { } keep ? string.Create(CultureInfo.InvariantCulture, $"Keep = {keep}") : null,
            Criterion == DefaultCriterion(Kind) ? null : $"Criterion = Criterion.{Criterion}",
            Scope == Scope.PerLayer ? null : $"Scope = Scope.{Scope}",
            RoundTo == 1 ? null : string.Create(CultureInfo.InvariantCulture, $"RoundTo = {RoundTo}"),
        };
        return $"[Prune{Kind}({string.Join(", ", options.OfType<string>())})]";
    }

    private static StructureRule Create(StructureKind kind, double? ratio, int? keep, Criterion criterion, Scope scope, int roundTo)
    {
        if (ratio is null == keep is null)
        {
            throw new ArgumentException(
                $"[Prune{kind}] takes either a ratio in (0, 1), the fraction removed, or how many to keep; "
                    + (ratio is null ? "neither is given." : string.Create(CultureInfo.InvariantCulture, $"both are given: {ratio} and {keep}.")));
        }

        if (ratio is { } fraction && !(fraction > 0 && fraction < 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(ratio), fraction, $"The ratio of [Prune{kind}] is the fraction removed: greater than 0 and less than 1. keep is a number.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(keep ?? 1, 1, nameof(keep));
        ArgumentOutOfRangeException.ThrowIfLessThan(roundTo, 1);
        if (keep % roundTo > 0)
        {
            throw new ArgumentException($"{keep} are to be kept, and that is no multiple of roundTo, {roundTo}.", nameof(keep));
        }

        if (scope is not (Scope.PerLayer or Scope.Global))
        {
            throw new ArgumentException($"The scope of [Prune{kind}] is PerLayer or Global, not {scope}.", nameof(scope));
        }

        if (!CriteriaFor(kind).Contains(criterion))
        {
            throw new ArgumentException(
                $"The criterion {criterion} does not apply to [Prune{kind}]; one of {string.Join(", ", CriteriaFor(kind))} does.", nameof(criterion));
        }

        return new() { Kind = kind, Ratio = ratio, Keep = keep, Criterion = criterion, Scope = scope, RoundTo = roundTo };
    }

    private static Criterion DefaultCriterion(StructureKind kind) => CriteriaFor(kind)[0];

    // The default first; the compiler side has the same lists in StructureCriteria.
    private static Criterion[] CriteriaFor(StructureKind kind)
    {
        Criterion[] ofUnits =
            [Criterion.Magnitude, Criterion.Taylor, Criterion.Fisher, Criterion.Activation, Criterion.Contribution, Criterion.Random];

        return kind switch
        {
            StructureKind.Heads => [.. ofUnits, Criterion.Gate],
            StructureKind.Layers => [Criterion.BlockInfluence],
            _ => ofUnits,
        };
    }
}

/// <summary>What a structure attribute removes.</summary>
public enum StructureKind
{
    /// <summary>Heads of an attention.</summary>
    Heads,

    /// <summary>Output channels of a layer.</summary>
    Channels,

    /// <summary>Blocks of a list.</summary>
    Layers,

    /// <summary>Channels of the residual stream.</summary>
    Hidden,
}
