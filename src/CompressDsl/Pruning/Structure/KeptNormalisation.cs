using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>How a normalisation over channels computes its statistics.</summary>
internal enum NormalisationKind
{
    /// <summary>torch.nn.LayerNorm.</summary>
    LayerNorm,

    /// <summary>x / sqrt(mean(x^2) + eps) * weight over the last dimension, written by hand.</summary>
    RootMeanSquare,
}

/// <summary>Makes a normalisation compute over the kept channels alone while others are masked: as it will when these are gone.</summary>
/// <remarks>It holds in <c>call</c>, as all hooks: a norm that is entered through <c>forward</c> is not changed (CDSL4001).</remarks>
internal static class KeptNormalisation
{
    private static readonly ConditionalWeakTable<nn.Module, Action> unhook = new();

    /// <summary>Says which channels are masked; what was said before is forgotten.</summary>
    /// <param name="norm">A <c>LayerNorm</c>, or for <see cref="NormalisationKind.RootMeanSquare"/> a module from a tensor to a tensor.</param>
    /// <param name="kind">How it computes.</param>
    /// <param name="removed">For every index along the last dimension, whether it is masked; null or all false for none.</param>
    /// <exception cref="ArgumentException">A module of another kind, another length, or nothing left.</exception>
    public static void Set(nn.Module norm, NormalisationKind kind, bool[]? removed)
    {
        if (removed is null || !removed.Contains(true))
        {
            Clear(norm);
            return;
        }

        if (!removed.Contains(false))
        {
            throw new ArgumentException($"All {removed.Length} channels of {norm.GetName()} would be masked; at least one must stay.", nameof(removed));
        }

        var hook = kind switch
        {
            NormalisationKind.LayerNorm when norm is LayerNorm layer => HookLayerNorm(layer, removed),
            NormalisationKind.RootMeanSquare when norm is nn.Module<Tensor, Tensor> layer => HookRootMeanSquare(layer, removed),
            _ => throw new ArgumentException($"{norm.GetName()} is not a normalisation of the kind {kind}, from a tensor to a tensor.", nameof(norm)),
        };
        Clear(norm);
        unhook.Add(norm, hook);
    }

    /// <summary>Makes the normalisation compute over all its channels again.</summary>
    public static void Clear(nn.Module norm)
    {
        if (unhook.TryGetValue(norm, out var remove))
        {
            remove();
            unhook.Remove(norm);
        }
    }

    private static Action HookLayerNorm(LayerNorm norm, bool[] removed)
    {
        if (norm.normalized_shape[^1] != removed.Length)
        {
            throw new ArgumentException(
                $"The LayerNorm is over [{string.Join(", ", norm.normalized_shape)}]; {removed.Length} channels are none of its dimensions.", nameof(removed));
        }

        var kept = Enumerable.Range(0, removed.Length).Where(channel => !removed[channel]).Select(static channel => (long)channel).ToArray();
        long[] shape = [.. norm.normalized_shape[..^1], kept.Length];
        return norm.register_forward_hook((_, input, _) =>
        {
            using var scope = NewDisposeScope();
            var index = tensor(kept, device: input.device);
            var result = nn.functional.layer_norm(Gather(input), shape, GatherOrNull(norm.weight), GatherOrNull(norm.bias), norm.eps);
            return zeros(input.shape, dtype: result.dtype, device: result.device).index_copy(input.dim() - 1, index, result).MoveToOuterDisposeScope();

            Tensor Gather(Tensor all) => all.index_select(all.dim() - 1, index);

            Tensor? GatherOrNull(Parameter? all) => all is null ? null : Gather(all);
        }).remove;
    }

    /// <summary>
    /// With zeros in k of n channels, mean((c x)^2) over all n with c = sqrt(n / (n - k)) is mean(x^2) over the kept ones; the result is c times too large.
    /// </summary>
    private static Action HookRootMeanSquare(nn.Module<Tensor, Tensor> norm, bool[] removed)
    {
        var scale = Math.Sqrt((double)removed.Length / removed.Count(static channel => !channel));
        var before = norm.register_forward_pre_hook((_, input) => input.shape[^1] == removed.Length
            ? input * scale
            : throw new InvalidOperationException(
                $"{norm.GetName()} normalises {input.shape[^1]} channels, but masks are set for {removed.Length}."));
        var after = norm.register_forward_hook((_, _, result) => result / scale);
        return () =>
        {
            before.remove();
            after.remove();
        };
    }
}
