using System.Globalization;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What a training must have in common with the one that it goes on with, by name.</summary>
internal static class TrainingFingerprint
{
    /// <summary>The options that decide what is learned, the optimizer, and every trained parameter.</summary>
    internal static SortedDictionary<string, string> Of(DistillationOptions options, optim.Optimizer optimizer, TrainedWeights weights)
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [nameof(options.Steps)] = Text(options.Steps),
            [nameof(options.LearningRate)] = Text(options.LearningRate),
            [nameof(options.WeightDecay)] = Text(options.WeightDecay),
            [nameof(options.WarmupSteps)] = Text(options.WarmupSteps),
            [nameof(options.Schedule)] = Text(options.Schedule),
            [nameof(options.GradientClip)] = Text(options.GradientClip),
            [nameof(options.AccumulationSteps)] = Text(options.AccumulationSteps),
            [nameof(options.ReportEvery)] = Text(options.ReportEvery),
            [nameof(options.Seed)] = Text(options.Seed),
            [nameof(options.Precision)] = Text(options.Precision),
            ["Workers.Count"] = Text(options.Workers.Count),
            ["Workers.Rank"] = Text(options.Workers.Rank),
            ["Evaluation.Every"] = Text(options.Evaluation?.Every),
            ["EarlyStop"] = options.EarlyStop is { } stop
                ? string.Join(", ", Text(stop.Metric), Text(stop.Patience), Text(stop.MinDelta), Text(stop.HigherIsBetter), Text(stop.RestoreBest))
                : Text(null),
            ["States"] = string.Join(", ", options.States.Select(static state => state.GetType().Name)),
            ["Optimizer"] = optimizer.GetType().Name,
            ["Optimizer's learning rates"] = string.Join(", ", optimizer.ParamGroups.Select(static group => Text(group.InitialLearningRate))),
        };
        foreach (var (name, shape) in weights.Shapes)
        {
            all.Add($"Parameter '{name}'", shape);
        }

        return all;
    }

    /// <summary>Throws where something is not as it was.</summary>
    /// <exception cref="InvalidOperationException">It names what, and both values.</exception>
    internal static void Compare(IReadOnlyDictionary<string, string> before, IReadOnlyDictionary<string, string> now)
    {
        foreach (var name in before.Keys.Union(now.Keys))
        {
            var (old, own) = (before.GetValueOrDefault(name, "not there"), now.GetValueOrDefault(name, "not there"));
            if (old != own)
            {
                throw new InvalidOperationException(
                    $"The checkpoint is of a training with other options. {name}: there {old}, here {own}. Train with the old value, or choose another folder to begin anew.");
            }
        }
    }

    private static string Text(object? value) => value is null ? "none" : Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
