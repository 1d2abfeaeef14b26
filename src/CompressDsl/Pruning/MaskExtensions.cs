using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Masks of a whole model.</summary>
public static class MaskExtensions
{
    /// <summary>
    /// Makes sure that every pruned weight at and below <paramref name="module"/> is zero now. A call of the model does so by itself; this is for
    /// reading the weights after the last optimizer step, and after <c>load</c>.
    /// </summary>
    /// <param name="module">Any module.</param>
    public static void ApplyMasks(this nn.Module module) => Below(module).ForEach(static mask => mask.Apply());

    /// <summary>Releases every mask and hook at and below <paramref name="module"/>. The zeros stay until something writes over them.</summary>
    /// <param name="module">Any module.</param>
    public static void ClearMasks(this nn.Module module) => Below(module).ForEach(static mask => mask.Clear());

    /// <summary>
    /// Turns zeros into masks: after the weights of a pruned model were loaded, every weight below that a rule speaks of, and that is not kept dense,
    /// is pruned exactly where it is zero.
    /// </summary>
    /// <param name="module">An annotated module, or one that has annotated modules below.</param>
    /// <returns>How many numbers are pruned now.</returns>
    public static long MaskZeros(this nn.Module module)
    {
        var pruned = 0L;
        foreach (var found in SiteWalk.Collect(module))
        {
            if (!found.Rule.IsDense && found.Weight.Parameter is { } weight)
            {
                using var gradientsOff = no_grad();
                using var scope = NewDisposeScope();
                found.Mask.Set(weight.detach().eq(0));
                pruned += found.Mask.PrunedCount;
            }
        }

        return pruned;
    }

    /// <summary>
    /// The same optimizer, after whose every step the masks of <paramref name="module"/> are applied: the exact way, after the last step too.
    /// </summary>
    /// <param name="optimizer">The optimizer; the new one takes it over.</param>
    /// <param name="module">The model whose masks are kept, those that are set later too.</param>
    public static MaskedOptimizer KeepMasks(this optim.Optimizer optimizer, nn.Module module) => new(optimizer, module);

    /// <summary>Every module that may hold a mask: the registered ones, and those that only an attribute knows.</summary>
    internal static IEnumerable<nn.Module> Holders(nn.Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        nn.Module[] registered = [module, .. module.modules()];
        var annotated = registered.OfType<ICompressible>().Select(static compressible => compressible.Compression).ToArray();
        return registered
            .Concat(annotated.SelectMany(static compression => compression.Sites).Select(static site => site.Module).OfType<nn.Module>())
            .Concat(annotated.SelectMany(static compression => compression.Groups).Select(static group => group.Find()).OfType<nn.Module>()
                .SelectMany(static group => group.modules().Prepend(group)))
            .Distinct();
    }

    private static List<WeightMask> Below(nn.Module module) => [.. Holders(module).SelectMany(WeightMask.AllOf).Distinct()];
}
