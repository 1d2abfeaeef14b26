using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Says why a weight cannot follow its rule, before anything is changed.</summary>
internal static class PruneCheck
{
    /// <summary>Throws where it cannot.</summary>
    public static void Run(string path, Parameter? weight, FoundWeight found, SparsityRule rule, PruneOptions options)
    {
        if (weight is null)
        {
            throw new InvalidOperationException($"'{path}' is in compact storage, where it cannot be pruned; call Densify() on its layer first.");
        }

        if (weight.dtype is not (ScalarType.Float32 or ScalarType.Float64 or ScalarType.Float16 or ScalarType.BFloat16) || weight.dim() == 0)
        {
            throw new InvalidOperationException(
                $"'{path}' is a tensor of type {weight.dtype} with {weight.dim()} dimensions; only weights of a real floating-point type with at "
                + "least one dimension can be pruned.");
        }

        RequirePattern(path, weight, found, rule);
        RequireData(path, found, rule, options);
    }

    private static void RequirePattern(string path, Tensor weight, FoundWeight found, SparsityRule rule)
    {
        var layout = found.Weight.Layout(weight.shape);
        var shape = string.Join(", ", weight.shape);
        if (rule.IsSemiStructured && layout.Inputs % rule.M != 0)
        {
            var below = layout.Inputs / rule.M * rule.M;
            throw new InvalidOperationException(
                $"'{path}' [{shape}] has {layout.Inputs} inputs, which is not a multiple of {rule.M}: "
                + $"[SemiStructured({rule.N}, {rule.M})] keeps {rule.N} of every {rule.M} neighbours along the input dimension. "
                + $"Make it {(below > 0 ? $"{below} or " : "")}{below + rule.M}, choose an M that divides {layout.Inputs}, or put [KeepDense] on it (CDSL2003).");
        }

        var outputs = weight.numel() / layout.Columns;
        if (rule.IsBlocked && (outputs % rule.BlockRows != 0 || layout.Inputs % rule.BlockColumns != 0))
        {
            throw new InvalidOperationException(
                $"'{path}' [{shape}] has {outputs} outputs and {layout.Inputs} inputs, which do not divide into blocks of {rule.BlockRows} x {rule.BlockColumns}: "
                + "choose block sizes that divide both, or put [KeepDense] on it (CDSL2003).");
        }
    }

    private static void RequireData(string path, FoundWeight found, SparsityRule rule, PruneOptions options)
    {
        var looksAtInputs = rule.Criterion is Criterion.Wanda or Criterion.SparseGpt or Criterion.Alps;
        var looksAtGradients = rule.Criterion is Criterion.Taylor or Criterion.Fisher;
        if (options.Scores?.ContainsKey(path) == true)
        {
            return;
        }

        if ((looksAtInputs || looksAtGradients) && options.Calibration is null)
        {
            throw new InvalidOperationException(
                $"'{path}' asks for {rule.Criterion}, which looks at data: set PruneOptions.Calibration, for example to "
                + "Calibration.Of(batches, batch => model.call(batch)).");
        }

        if (looksAtGradients && !options.Calibration!.HasLoss)
        {
            throw new InvalidOperationException(
                $"'{path}' asks for {rule.Criterion}, which looks at gradients: give Calibration.Of a loss, for example batch => cross_entropy(model.call(batch.Input), batch.Label).");
        }

        foreach (var user in looksAtInputs || options.Allocation is OwlAllocation ? found.Aliases.Prepend(found.Weight) : [])
        {
            if (LayerInputs.WhyNot(user) is { } why)
            {
                throw new InvalidOperationException(
                    $"'{path}' {(looksAtInputs ? $"asks for {rule.Criterion}" : "is weighed by OWL")}, which looks at the inputs of its layer, but it is {why}: those "
                    + "cannot be seen. Choose Magnitude, Taylor or Fisher for it, or put [KeepDense] on it.");
            }
        }
    }
}
