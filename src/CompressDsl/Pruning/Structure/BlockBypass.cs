using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Whole blocks as masks: a block whose bypass is on gives back its first argument.</summary>
/// <remarks>It holds in <c>call</c>, as all hooks (CDSL4001). The block still computes; it is <see cref="BlockRemoval"/> that saves time.</remarks>
internal static class BlockBypass
{
    private static readonly ConditionalWeakTable<nn.Module, IDisposable> bypassed = new();

    /// <summary>Whether the block is bypassed.</summary>
    public static bool IsOn(nn.Module block) => bypassed.TryGetValue(block, out _);

    /// <summary>Bypasses the block, or no longer.</summary>
    /// <exception cref="ArgumentException">Its forward does not take a tensor first and give one tensor.</exception>
    public static void Set(nn.Module block, bool on)
    {
        if (IsOn(block) == on)
        {
            return;
        }

        if (on)
        {
            var site = ForwardSite.TryOf(block) ?? throw new ArgumentException(
                $"{block.GetType().Name} cannot be bypassed: its forward does not take tensors and give one tensor.", nameof(block));
            bypassed.Add(block, site.Bypass());
        }
        else if (bypassed.TryGetValue(block, out var hook))
        {
            hook.Dispose();
            bypassed.Remove(block);
        }
    }
}
