using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The blocks of a list that <c>[PruneLayers]</c> speaks of.</summary>
public sealed class LayerSite
{
    private readonly Func<nn.Module?> list;
    private readonly Func<IReadOnlyList<nn.Module>> blocks;
    private readonly Action<bool[]> remove;

    private LayerSite(string name, StructureRule rule, Func<nn.Module?> list, Func<IReadOnlyList<nn.Module>> blocks, Action<bool[]> remove)
        => (Name, Rule, this.list, this.blocks, this.remove) = (name, rule, list, blocks, remove);

    /// <summary>The name of the annotated member.</summary>
    public string Name { get; }

    /// <summary>What the attribute asks for.</summary>
    public StructureRule Rule { get; }

    /// <summary>How many blocks there are, masked ones too.</summary>
    public int Count => blocks().Count;

    /// <summary>The blocks that stay, in ascending order.</summary>
    public IReadOnlyList<int> Kept => [.. Enumerable.Range(0, Count).Except(Removed)];

    /// <summary>The blocks that are masked: skipped, until a shrink takes them away. In ascending order.</summary>
    public IReadOnlyList<int> Removed
    {
        get
        {
            var removed = AreRemoved;
            return [.. Enumerable.Range(0, removed.Length).Where(index => removed[index])];
        }
    }

    internal IReadOnlyList<nn.Module> Blocks => blocks();

    /// <summary>The list; null where the member is.</summary>
    internal nn.Module? Module => list();

    /// <summary>For every block whether it is masked.</summary>
    internal bool[] AreRemoved => [.. blocks().Select(BlockBypass.IsOn)];

    /// <summary>Masks exactly these blocks: each gives back its first argument.</summary>
    /// <param name="indices">The blocks that go; an empty list masks none.</param>
    /// <exception cref="ArgumentException">A block that is not there or cannot be skipped, or none left.</exception>
    public void Remove(IEnumerable<int> indices)
    {
        ArgumentNullException.ThrowIfNull(indices);
        var list = blocks();
        var gone = indices.ToHashSet();
        if (gone.FirstOrDefault(index => index < 0 || index >= list.Count, -1) is var missing && gone.Any(index => index < 0 || index >= list.Count))
        {
            throw new ArgumentException($"{Name} has the blocks 0 to {list.Count - 1}; {missing} is none of them.", nameof(indices));
        }

        if (gone.Count == list.Count)
        {
            throw new ArgumentException($"All {list.Count} blocks of {Name} would go; at least one must stay.", nameof(indices));
        }

        for (var index = 0; index < list.Count; index++)
        {
            BlockBypass.Set(list[index], gone.Contains(index));
        }
    }

    /// <summary>The name and what the attribute asks for.</summary>
    public override string ToString() => $"{Name}: {Rule}";

    internal static LayerSite Of<T>(string name, StructureRule rule, Func<ModuleList<T>?> list)
        where T : nn.Module
        => new(name, rule, list, () => [.. list() ?? []], removed => Dispose(BlockRemoval.Remove(list()!, removed)));

    internal static LayerSite Of(string name, StructureRule rule, Func<Sequential?> list)
        => new(name, rule, list, () => [.. list()?.children() ?? []], removed => Dispose(BlockRemoval.Remove(list()!, removed)));

    /// <summary>Takes blocks out of the list.</summary>
    /// <param name="removed">For every block whether it goes.</param>
    internal void Shrink(bool[] removed) => remove(removed);

    private static void Dispose(IEnumerable<nn.Module> gone)
    {
        foreach (var block in gone)
        {
            block.Dispose();
        }
    }
}
