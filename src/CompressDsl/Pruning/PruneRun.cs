using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One call of <see cref="Pruner.Run"/>: what the dense model says first, then stage by stage.</summary>
internal sealed class PruneRun(
    nn.Module root, IReadOnlyList<PruneTask> all, PruneOptions options, IProgress<PruneProgress>? progress, CancellationToken cancellationToken)
{
    private readonly PruneTask[] tasks = [.. all.Where(static task => task.IsWanted)];
    private readonly PruneLedger? ledger = options.Journal is null ? null : new(options.Journal);
    private int done;

    /// <summary>Whether anything is asked of the inputs of the layers, so that they are pruned in the order of the forward.</summary>
    private bool IsStaged => options.Calibration is not null && (options.MeasureErrors || tasks.Any(static task => task.LooksAtInputs));

    /// <summary>Prunes.</summary>
    public void Execute()
    {
        var finished = ledger?.Open(PruneFingerprint.Of(root, all, options)) ?? 0;
        using var plan = IsStaged ? CalibrationPlan.Of(root, tasks, options.Calibration!, options, cancellationToken) : null;
        var stages = plan?.Stages ?? [new(root.GetName(), tasks, static () => { }, static _ => { }, static () => { })];
        if (finished == 0)
        {
            LookAtDenseModel(plan);
            ledger?.WriteChoices(tasks);
        }
        else
        {
            ledger!.ReadChoices(tasks);
        }

        for (var stage = 0; stage < stages.Count; stage++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            stages[stage].Prepare();
            if (stage + 1 < finished)
            {
                ledger!.Restore(stage + 1, stages[stage].Tasks);
                done += stages[stage].Tasks.Count;
            }
            else
            {
                Run(stages[stage], stage, stages.Count);
            }

            stages[stage].Finish();
        }
    }

    /// <summary>Lets go of what a stopped run leaves.</summary>
    public void Release() => Array.ForEach(tasks, static task => task.Release());

    private void LookAtDenseModel(CalibrationPlan? plan)
    {
        using var scope = NewDisposeScope();
        var scorer = new Scorer(options);
        var graded = tasks.Where(static task => task.LooksAtGradients).Where(task => options.Scores?.ContainsKey(task.Path) != true).ToArray();
        if (graded.Length > 0)
        {
            var gradients = GradientPass.Run(graded, options.Calibration!, options.Workers, batch => Looked("gradients", batch));
            graded.Zip(gradients).ToList().ForEach(pair => scorer.AddGradient(pair.First, pair.Second));
        }

        var norms = new Dictionary<PruneTask, Tensor>();
        foreach (var (task, seen) in LookAtInputs([.. Allocator.NeedNorms(options.Allocation, tasks)]))
        {
            using (seen)
            {
                scorer.AddMeanSquares(task, seen.Norms!.MeanSquares.clone());
                norms[task] = seen.Norms.SumOfRoots.clone();
            }
        }

        Allocator.Share(options.Allocation, tasks, scorer, task => norms[task], task => plan?.Search.PlaceOf(task) ?? (object)task);
        foreach (var compared in tasks.Where(task => task.IsWanted && (!task.LooksAtInputs || IsGlobal(task))).GroupBy(static task => task.ComparedWith))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Choose([.. compared], scorer);
        }
    }

    private static bool IsGlobal(PruneTask task) => task is { IsUnstructured: true, IsSolved: false, Rule.Scope: Scope.Global };

    private Dictionary<PruneTask, LayerStatistics> LookAtInputs(PruneTask[] wanted) => Look(
        wanted.ToDictionary(static task => task, static task => new LayerStatistics(task, norms: true, hessian: false)),
        options.Calibration is { } calibration ? calibration.Forward : static _ => { },
        batch => Looked("activations", batch));

    private void Choose(PruneTask[] compared, Scorer scorer)
    {
        var clock = Stopwatch.StartNew();
        using var scope = NewDisposeScope();
        if (IsGlobal(compared[0]) || compared.Length > 1)
        {
            ChooseGlobally(compared, scorer);
        }
        else
        {
            compared[0].Choose(scorer.Score(compared[0]), options);
        }

        compared[0].Took(clock.Elapsed);
        if (!IsStaged)
        {
            done += compared.Length;
            Report(compared[^1].Path, (double)done / tasks.Length);
        }
    }

    private void ChooseGlobally(PruneTask[] compared, Scorer scorer)
    {
        var device = compared[0].Weight.device;
        var scores = cat([.. compared.Select(task => scorer.Score(task).flatten().to(device))]);
        var lowest = Selection.Lowest(scores.unsqueeze(0), compared[0].Rule.Sparsity, options.CutOff).squeeze(0);
        var threshold = PruneTask.Threshold(scores, lowest);
        var start = 0L;
        foreach (var task in compared)
        {
            var length = task.Weight.numel();
            task.Choose(lowest.narrow(0, start, length).reshape(-1, task.Layout.Columns).to(task.Weight.device), threshold);
            start += length;
        }
    }

    private void Run(CalibrationStage stage, int index, int count)
    {
        using var scope = NewDisposeScope();
        PruneTask[] wanted = [.. stage.Tasks.Where(static task => task.IsWanted)];
        var statistics = IsStaged ? Look(stage, wanted, index, count) : [];
        try
        {
            foreach (var task in wanted)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Decide(task, statistics.GetValueOrDefault(task));
                if (IsStaged)
                {
                    Report(task.Path, (index + 0.5 + (0.5 * ++done / Math.Max(1, tasks.Length))) / count);
                }
            }

            // What is set is a whole stage, or nothing of it.
            cancellationToken.ThrowIfCancellationRequested();
            Array.ForEach(wanted, task => task.Set(statistics.GetValueOrDefault(task)?.Hessian));
        }
        finally
        {
            foreach (var seen in statistics.Values)
            {
                seen.Dispose();
            }
        }

        ledger?.Write(index + 1, stage.Tasks);
    }

    private Dictionary<PruneTask, LayerStatistics> Look(CalibrationStage stage, PruneTask[] wanted, int index, int count)
    {
        var statistics = new Dictionary<PruneTask, LayerStatistics>();
        foreach (var task in wanted)
        {
            var hessian = task.IsSolved || (options.MeasureErrors && task.Users.All(static user => LayerInputs.WhyNot(user) is null));
            var norms = task.LooksAtInputs && !task.IsSolved && !task.IsChosen;
            if (hessian || norms)
            {
                statistics[task] = new(task, norms, hessian);
            }
        }

        return Look(statistics, stage.Forward, batch => Report(stage.Name, (index + (0.5 * (batch + 1) / options.Calibration!.Count)) / count));
    }

    private Dictionary<PruneTask, LayerStatistics> Look(Dictionary<PruneTask, LayerStatistics> statistics, Action<int> forward, Action<int> afterBatch)
    {
        try
        {
            for (var batch = 0; statistics.Count > 0 && batch < options.Calibration!.Count; batch++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                forward(batch);
                afterBatch(batch);
            }

            foreach (var seen in statistics.Values)
            {
                seen.Finish(options.Workers);
            }

            return statistics;
        }
        catch
        {
            foreach (var seen in statistics.Values)
            {
                seen.Dispose();
            }

            throw;
        }
    }

    private void Decide(PruneTask task, LayerStatistics? seen)
    {
        var clock = Stopwatch.StartNew();
        if (task.IsSolved)
        {
            task.Solve(seen!.Hessian!, options, cancellationToken);
        }
        else if (!task.IsChosen)
        {
            using var scope = NewDisposeScope();
            var scorer = new Scorer(options);
            scorer.AddMeanSquares(task, seen!.Norms!.MeanSquares);
            task.Choose(scorer.Score(task), options);
        }

        task.Took(clock.Elapsed);
    }

    private void Looked(string what, int batch)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Report($"{what}, batch {batch + 1} of {options.Calibration!.Count}", 0);
    }

    private void Report(string what, double fraction) => progress?.Report(new(done, tasks.Length, what) { Fraction = Math.Min(1, fraction) });
}
