using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Gives every unit of a group its score. The lowest go.</summary>
internal static class GroupScorer
{
    /// <summary>The scores of the units of every group, in the order of the groups; minus infinity for units that are masked already.</summary>
    /// <param name="root">The model; scored in eval mode where there is data.</param>
    /// <param name="groups">The groups.</param>
    /// <param name="criterion">What is measured.</param>
    /// <param name="options">Data, and how the scores are computed.</param>
    /// <param name="afterBatch">Told after each calibration batch; may throw to stop.</param>
    /// <exception cref="InvalidOperationException">The criterion has no scores for groups, lacks its data, or finds nothing to look at in a group.</exception>
    public static IReadOnlyList<float[]> Score(
        nn.Module root, IReadOnlyList<ChannelGroup> groups, Criterion criterion, StructureOptions options, Action<int>? afterBatch = null)
    {
        Check(groups, criterion, options);
        using var gradientsOff = no_grad();
        using var scope = NewDisposeScope();
        using var evaluation = options.Calibration is null ? null : new TrainingMode(root, training: false);
        var pass = new GroupPass(groups, options, afterBatch ?? (static _ => { }));
        var scores = criterion switch
        {
            Criterion.Magnitude => [.. groups.Select(group => GroupMagnitude.Score(group, options.Scoring))],
            Criterion.Random => [.. groups.Select(group => GroupRandom.Score(group, options.Scoring))],
            Criterion.Taylor => GroupTaylor.Score(pass),
            Criterion.Fisher => GroupFisher.Score(pass),
            Criterion.Gate => GroupGate.Score(pass),
            Criterion.Activation => GroupActivation.Score(pass),
            _ => GroupContribution.Score(pass),
        };
        return [.. groups.Zip(scores, (group, slices) => GroupScores.Combine(group, slices, options.Scoring))];
    }

    private static void Check(IReadOnlyList<ChannelGroup> groups, Criterion criterion, StructureOptions options)
    {
        var name = groups.Count > 0 ? groups[0].Name : "";
        var looksAtGradients = criterion is Criterion.Taylor or Criterion.Fisher or Criterion.Gate;
        var looksAtActivations = criterion is Criterion.Activation or Criterion.Contribution;
        if (!looksAtGradients && !looksAtActivations && criterion is not (Criterion.Magnitude or Criterion.Random))
        {
            throw new InvalidOperationException(
                $"'{name}' asks for {criterion}, which has no scores for channels and heads; choose Magnitude, Taylor, Fisher, Activation, Gate, Contribution or Random.");
        }

        if (!(options.Scoring.Norm > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Scoring.Norm, "Norm is the exponent in the sum of |weight|^p: above 0, for example 2.");
        }

        if ((looksAtGradients || looksAtActivations) && options.Calibration is null)
        {
            throw new InvalidOperationException(
                $"'{name}' asks for {criterion}, which looks at data: give a Calibration, for example Calibration.Of(batches, batch => model.call(batch)).");
        }

        if (looksAtGradients && !options.Calibration!.HasLoss)
        {
            throw new InvalidOperationException(
                $"'{name}' asks for {criterion}, which looks at gradients: give Calibration.Of a loss, for example batch => cross_entropy(model.call(batch.Input), batch.Label).");
        }
    }
}
