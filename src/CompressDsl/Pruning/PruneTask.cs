using System.Diagnostics;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One weight on its way through the engine: checked, given its share, chosen from or solved, set.</summary>
internal sealed class PruneTask
{
    private readonly FoundWeight found;
    private readonly Parameter? weight;
    private readonly nn.Module root;
    private readonly bool isGiven;
    private readonly WeightMask mask;
    private readonly long alreadyPruned;
    private Tensor? solved;
    private Tensor? pruned;

    /// <summary>Plans to prune a weight.</summary>
    /// <param name="found">The weight.</param>
    /// <param name="options">What may take the place of its rule.</param>
    /// <param name="root">Where the call began.</param>
    public PruneTask(FoundWeight found, PruneOptions options, nn.Module root)
    {
        (this.found, this.root) = (found, root);
        weight = found.Weight.Parameter;
        mask = found.Mask;
        mask.Apply();
        alreadyPruned = mask.PrunedCount;
        isGiven = options.Rule is not null && !found.Rule.IsDense;
        Rule = isGiven ? options.Rule! : found.Rule;
        if (!Rule.IsDense && options.RuleOf is { } ruleOf)
        {
            (IsLeft, Rule) = ruleOf(Path, Rule) is { } now ? (false, now) : (true, Rule);
        }

        Record = new(Path, Shape(), alreadyPruned);
    }

    /// <summary>Its name in the state dictionary.</summary>
    public string Path => found.Path;

    /// <summary>The rule to follow.</summary>
    public SparsityRule Rule { get; private set; }

    /// <summary>Whether nothing is to be done.</summary>
    public bool IsLeft { get; private set; }

    /// <summary>Whether something is to be pruned.</summary>
    public bool IsWanted => !Rule.IsDense && !IsLeft;

    /// <summary>Whether which numbers go is known.</summary>
    public bool IsChosen => pruned is not null;

    /// <summary>The parameter.</summary>
    public Parameter Weight => weight!;

    /// <summary>The weight as a matrix.</summary>
    public WeightLayout Layout => found.Weight.Layout(Weight.shape);

    /// <summary>Every layer that uses the parameter.</summary>
    public IEnumerable<PrunableWeight> Users => found.Aliases.Prepend(found.Weight);

    /// <summary>What was pruned before this call; null where nothing was. A new tensor.</summary>
    public Tensor? PrunedBefore => mask.IsDense ? null : mask.Pruned;

    /// <summary>Whether the criterion needs the inputs of the layer.</summary>
    public bool LooksAtInputs => Rule.Criterion == Criterion.Wanda || IsSolved;

    /// <summary>Whether the criterion needs gradients.</summary>
    public bool LooksAtGradients => Rule.Criterion is Criterion.Taylor or Criterion.Fisher;

    /// <summary>Whether the criterion changes the weights that stay.</summary>
    public bool IsSolved => Rule.Criterion is Criterion.SparseGpt or Criterion.Alps;

    /// <summary>Whether single weights go, wherever they stand.</summary>
    public bool IsUnstructured => Rule is { IsSemiStructured: false, IsBlocked: false };

    /// <summary>Equal for the weights whose scores are compared with each other.</summary>
    public object ComparedWith => (Rule.Scope == Scope.Global && IsUnstructured, isGiven) switch
    {
        (true, false) => (found.Anchor, Rule),
        (true, true) => root,
        _ => this,
    };

    /// <summary>What happened, for the report and the journal.</summary>
    public PruneRecord Record { get; private set; }

    /// <summary>Throws where the weight cannot follow its rule.</summary>
    public void Check(PruneOptions options)
    {
        if (IsWanted)
        {
            PruneCheck.Run(Path, weight, found, Rule, options);
        }
    }

    /// <summary>Takes a fraction of its own, in [0, 1); 0 leaves the weight alone.</summary>
    public void Allocate(double sparsity)
    {
        if (!(sparsity >= 0 && sparsity <= 1))
        {
            throw new InvalidOperationException($"'{Path}' was given the sparsity {sparsity}; it must be in [0, 1).");
        }

        IsLeft = sparsity == 0;
        if (!IsLeft)
        {
            // A ranking may give a layer away as a whole; Selection never takes the last weight.
            Rule = Rule.At(Math.Min(sparsity, 1 - 1e-9)).Alone();
        }
    }

    /// <summary>Chooses what goes by the scores of this weight alone.</summary>
    public void Choose(Tensor scores, PruneOptions options)
    {
        using var scope = NewDisposeScope();
        var lowest = Rule.Criterion == Criterion.Wanda && options.WandaVariant && IsUnstructured
            ? Wanda.ChooseVariant(scores, Rule.Sparsity, out _)
            : Selection.Choose(scores, Rule, options.CutOff);
        Choose(lowest, IsUnstructured && Rule.Scope != Scope.PerRow ? Threshold(scores, lowest) : null);
    }

    /// <summary>Takes a choice that was made elsewhere.</summary>
    /// <param name="lowest">bool, the weight as a matrix.</param>
    /// <param name="threshold">The largest score that goes.</param>
    public void Choose(Tensor lowest, double? threshold)
    {
        using var scope = NewDisposeScope();
        var chosen = Layout.Gather(lowest, Weight.shape);
        Take(PrunedBefore is { } before ? chosen | before : chosen.clone());
        Record = Record with { Threshold = threshold };
    }

    /// <summary>Chooses and makes up for what goes, by the criterion that solves layers.</summary>
    public void Solve(Hessian hessian, PruneOptions options, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var matrix = Layout.Lay(Weight.detach()).to(ScalarType.Float32).contiguous().clone();
        if (matrix.isnan().any().item<bool>())
        {
            throw new InvalidOperationException($"'{Path}' holds NaN, which no criterion can weigh.");
        }

        var before = PrunedBefore is { } mask ? Layout.Lay(mask) : null;
        var solution = Rule.Criterion == Criterion.Alps
            ? Alps.Prune(matrix, hessian, Rule, options, before, cancellationToken)
            : SparseGpt.Prune(matrix, hessian, Rule, options, before, cancellationToken);
        Take(Layout.Gather(solution.Pruned, Weight.shape).clone());
        solved?.Dispose();
        solved = Layout.Gather(matrix, Weight.shape).to(Weight.dtype).clone().DetachFromDisposeScope();
        Record = Record with { Damping = solution.Damping, DampingRaises = solution.DampingRaises, DeadColumns = solution.DeadColumns };
    }

    /// <summary>Sets the mask, and the weights that stay where they were solved for.</summary>
    /// <param name="hessian">Measures the error; null leaves it out.</param>
    public void Set(Hessian? hessian)
    {
        if (pruned is null)
        {
            return;
        }

        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        var after = solved ?? (hessian is null ? null : Weight.detach().masked_fill(pruned, 0));
        if (hessian is not null)
        {
            var error = hessian.RelativeError(Layout.Lay(Weight.detach()).to(ScalarType.Float32), Layout.Lay(after!).to(ScalarType.Float32));
            Record = Record with { Error = error };
        }

        if (solved is not null)
        {
            Weight.copy_(solved);
        }

        mask.Set(pruned);
        Record = Record with { Pruned = mask.PrunedCount, Sparsity = Rule.Sparsity, IsLeft = IsLeft, Seconds = Record.Seconds + clock.Elapsed.TotalSeconds };
        Release();
    }

    /// <summary>Adds to the time that the weight took.</summary>
    public void Took(TimeSpan time) => Record = Record with { Seconds = Record.Seconds + time.TotalSeconds };

    /// <summary>What a finished weight leaves in the journal: its numbers and its mask. New tensors.</summary>
    public (Tensor Weight, Tensor Pruned) Save() => (Weight.detach().clone(), mask.Pruned.to(ScalarType.Byte));

    /// <summary>Takes back what <see cref="Save"/> gave.</summary>
    public void Restore(Tensor weight, Tensor pruned, PruneRecord record)
    {
        using var scope = NewDisposeScope();
        Weight.copy_(weight);
        mask.Set(pruned.to(ScalarType.Bool));
        (Record, IsLeft) = (record, record.IsLeft);
        Release();
    }

    /// <summary>A choice that was made before the first stage: its mask; null where there is none yet. A new tensor.</summary>
    public Tensor? SaveChoice() => pruned?.to(ScalarType.Byte);

    /// <summary>Takes back what <see cref="SaveChoice"/> gave, and the share that the allocation gave.</summary>
    public void RestoreChoice(Tensor? choice, PruneRecord record)
    {
        (Record, IsLeft) = (record, record.IsLeft);
        if (!IsLeft && record.Sparsity != Rule.Sparsity)
        {
            Allocate(record.Sparsity);
        }

        if (choice is not null)
        {
            using var scope = NewDisposeScope();
            Take(choice.to(ScalarType.Bool));
        }
    }

    /// <summary>Writes the share down.</summary>
    public void RecordShare() => Record = Record with { Sparsity = Rule.Sparsity, IsLeft = IsLeft };

    /// <summary>Lets go of what was not set.</summary>
    public void Release()
    {
        pruned?.Dispose();
        solved?.Dispose();
        (pruned, solved) = (null, null);
    }

    /// <summary>What happened.</summary>
    public PrunedWeight Result() => new(Path, Rule, Shape(), mask.PrunedCount, alreadyPruned, Record.Threshold, Record.Seconds)
    {
        Error = Record.Error,
        Damping = Record.Damping,
        DampingRaises = Record.DampingRaises,
        DeadColumns = Record.DeadColumns,
        IsLeft = IsLeft,
    };

    /// <summary>The largest score that goes; null where only weights go that were pruned before.</summary>
    public static double? Threshold(Tensor scores, Tensor lowest)
    {
        using var scope = NewDisposeScope();
        var removed = scores.masked_fill(lowest.logical_not(), float.NegativeInfinity).max().item<float>();
        return float.IsNegativeInfinity(removed) ? null : removed;
    }

    private void Take(Tensor chosen)
    {
        pruned?.Dispose();
        pruned = chosen.DetachFromDisposeScope();
    }

    private long[] Shape() => weight?.shape ?? found.Weight.Module switch
    {
        SparseLinear layer => [layer.out_features, layer.in_features],
        _ => [],
    };
}
