using System.Text;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// An optimizer whose steps prune a model bit by bit and keep its masks; all else is the wrapped one's. Made by
/// <see cref="GradualExtensions.PruneGradually"/>.
/// </summary>
public sealed class GradualOptimizer : optim.Optimizer, IHasState
{
    private readonly MaskedOptimizer masked;
    private readonly nn.Module model;
    private readonly PruneOptions options;
    private readonly IProgress<PruneResult>? progress;
    private readonly FoundWeight[] found;
    private readonly GradualWeight[] weights;

    internal GradualOptimizer(optim.Optimizer inner, nn.Module model, PruneOptions options, IProgress<PruneResult>? progress)
        : base(IntPtr.Zero)
    {
        (this.model, this.options, this.progress) = (model, options, progress);
        found = [.. SiteWalk.Collect(model).Where(static weight => !weight.Rule.IsDense)];
        weights = [.. found.Where(weight => RuleOf(weight).Gradual is not null).Select(weight => new GradualWeight(weight, RuleOf(weight)))];
        if (weights.Length == 0)
        {
            throw new InvalidOperationException(
                $"Nothing in {model.GetName()} is to be pruned gradually: put [Gradual(Steps = 1000)] beside a [Sparsity], [SemiStructured] or [BlockSparsity], or prune "
                + "at once with Prune().");
        }

        Check();
        masked = inner.KeepMasks(model);
        if (found.Length > weights.Length)
        {
            Prune(static (_, rule) => rule.Gradual is null ? rule : null, scores: null);
        }
    }

    /// <summary>The wrapped optimizer.</summary>
    public optim.Optimizer Inner => masked.Inner;

    /// <summary>How many steps have been made.</summary>
    public int Step { get; private set; }

    /// <summary>The fraction of the numbers that is pruned now, in [0, 1), of all weights that are not kept dense.</summary>
    public double Sparsity =>
        (double)found.Sum(static weight => weight.Mask.PrunedCount) / found.Sum(static weight => weight.Weight.Parameter?.numel() ?? 0);

    /// <summary>Whether every schedule has reached its end: the steps to come keep the masks and prune nothing more.</summary>
    public bool IsFinished => Array.TrueForAll(weights, weight => weight.IsFinished(Step));

    /// <inheritdoc/>
    public override IEnumerable<optim.ILearningRateController> ParamGroups => Inner.ParamGroups;

    /// <inheritdoc/>
    public override Tensor step(Func<Tensor>? closure = null)
    {
        var isObserved = false;
        if (closure is null)
        {
            Observe();
        }

        var loss = masked.step(closure is null ? null : Evaluate);
        Step++;
        PruneWhatIsDue();
        return loss;

        Tensor Evaluate()
        {
            var value = closure();
            Observe();
            return value;
        }

        void Observe()
        {
            // Some optimizers evaluate several times in a step; what counts is where the step begins.
            if (!isObserved)
            {
                Array.ForEach(weights, weight => weight.Observe(Step + 1));
                isObserved = true;
            }
        }
    }

    /// <inheritdoc/>
    public override void zero_grad() => Inner.zero_grad();

    /// <inheritdoc/>
    public override IEnumerable<Parameter> parameters() => Inner.parameters();

    /// <inheritdoc/>
    public override void add_param_group(ParamGroup param_group) => Inner.add_param_group(param_group);

    /// <inheritdoc/>
    /// <remarks>The masks are the model's, and are saved with it.</remarks>
    public void Save(Stream stream)
    {
        using (var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Step);
            Array.ForEach(weights, weight => weight.Save(writer));
        }

        OptimizerState.Save(Inner, stream);
    }

    /// <inheritdoc/>
    public void Restore(Stream stream)
    {
        using (var reader = new BinaryReader(stream, Encoding.UTF8, leaveOpen: true))
        {
            Step = reader.ReadInt32();
            Array.ForEach(weights, weight => weight.Restore(reader));
        }

        OptimizerState.Restore(Inner, stream);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.ForEach(weights, static weight => weight.Dispose());
            masked.Dispose();
        }

        base.Dispose(disposing);
    }

    private void PruneWhatIsDue()
    {
        var due = weights.Where(weight => weight.RuleAt(Step) is not null).ToDictionary(static weight => weight.Path);
        if (due.Count == 0)
        {
            return;
        }

        using (NewDisposeScope())
        {
            var scores = due.Values.Where(static weight => weight.LooksAtSteps).ToDictionary(static weight => weight.Path, static weight => weight.Score());
            Prune((path, _) => due.GetValueOrDefault(path)?.RuleAt(Step), scores);
        }

        foreach (var weight in due.Values.Where(weight => weight.IsFinished(Step)))
        {
            weight.Dispose();
        }
    }

    private void Prune(Func<string, SparsityRule, SparsityRule?> ruleOf, IReadOnlyDictionary<string, Tensor>? scores)
    {
        var result = Pruner.Run(model, options with { RuleOf = ruleOf, Scores = scores });
        progress?.Report(result);
    }

    private SparsityRule RuleOf(FoundWeight weight) => options.Rule ?? weight.Rule;

    /// <summary>Throws now where a weight cannot follow its rule, not after hundreds of steps.</summary>
    private void Check()
    {
        // What is measured in the steps needs no calibration. Its scores come later; here it counts that there will be some.
        var scores = found.Where(IsMeasured).ToDictionary(static weight => weight.Path, static weight => (Tensor)weight.Weight.Parameter!);
        var known = options with { Scores = scores };
        Array.ForEach(found, weight => PruneCheck.Run(weight.Path, weight.Weight.Parameter, weight, RuleOf(weight), known));

        bool IsMeasured(FoundWeight weight) => Array.Exists(weights, gradual => gradual.Path == weight.Path && gradual.LooksAtSteps);
    }
}
