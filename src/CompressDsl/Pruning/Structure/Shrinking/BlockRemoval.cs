using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Takes blocks out of a list for real; those that stay are numbered anew, in their order.</summary>
internal static class BlockRemoval
{
    /// <summary>Takes blocks out of a list.</summary>
    /// <param name="blocks">The list.</param>
    /// <param name="removed">For every block whether it goes.</param>
    /// <returns>The blocks that are no longer in it, alive: the caller's.</returns>
    /// <exception cref="ArgumentException">Another number of blocks, or none left; nothing is changed.</exception>
    public static IReadOnlyList<T> Remove<T>(ModuleList<T> blocks, IReadOnlyList<bool> removed)
        where T : nn.Module
    {
        Require(blocks.Count, removed);
        T[] gone = [.. blocks.Where((_, index) => removed[index])];
        T[] kept = [.. blocks.Where((_, index) => !removed[index])];

        // The list registers its modules once, when the module that holds it is registered, and never looks again.
        var isRegistered = blocks.named_children().Any();
        blocks.Clear();
        blocks.append(kept);
        if (isRegistered)
        {
            Submodules(blocks).clear();
            for (var index = 0; index < kept.Length; index++)
            {
                blocks.register_module($"{index}", kept[index]);
            }
        }

        Release(gone);
        ShrinkHistory.AddBlocks(blocks, removed);
        return gone;
    }

    /// <summary>Takes blocks out of a sequence. Names that are numbers become the new places; others stay.</summary>
    /// <inheritdoc cref="Remove{T}(ModuleList{T}, IReadOnlyList{bool})"/>
    public static IReadOnlyList<nn.Module> Remove(Sequential blocks, IReadOnlyList<bool> removed)
    {
        Require(blocks.Count, removed);
        var (modules, names) = (Modules(blocks), Names(blocks));
        nn.Module[] gone = [.. modules.Where((_, index) => removed[index]).Cast<nn.Module>()];
        var areNumbers = !names.Where(static (name, index) => name != $"{index}").Any();
        for (var index = removed.Count - 1; index >= 0; index--)
        {
            if (removed[index])
            {
                modules.RemoveAt(index);
                names.RemoveAt(index);
            }
        }

        for (var index = 0; areNumbers && index < names.Count; index++)
        {
            names[index] = $"{index}";
        }

        Release(gone);
        ShrinkHistory.AddBlocks(blocks, removed);
        return gone;
    }

    private static void Require(int count, IReadOnlyList<bool> removed)
    {
        if (removed.Count != count || !removed.Contains(false))
        {
            throw new ArgumentException(
                $"{removed.Count(static gone => gone)} of {removed.Count} blocks would go from a list of {count}; at least one must stay.", nameof(removed));
        }
    }

    private static void Release(IEnumerable<nn.Module> gone)
    {
        foreach (var block in gone)
        {
            BlockBypass.Set(block, on: false);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_internal_submodules")]
    private static extern ref OrderedDict<string, nn.Module> Submodules(nn.Module module);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_modules")]
    private static extern ref List<nn.IModule<Tensor, Tensor>> Modules(Sequential blocks);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_names")]
    private static extern ref List<string> Names(Sequential blocks);
}
