using System.Globalization;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Finds in a model what a file says of structure: what must go so that it gets the shape of the file, and what is masked then.</summary>
internal sealed class StructureReplay
{
    private readonly nn.Module root;
    private readonly StructureRecord record;
    private readonly Dictionary<string, nn.Module> modules;
    private readonly IReadOnlyList<Compression> compressions;
    private readonly Dictionary<string, int[]> renumbered = new(StringComparer.Ordinal);
    private readonly Dictionary<nn.Module, bool[]> blocks = [];
    private readonly List<string> problems = [];

    private StructureReplay(nn.Module root, StructureRecord record)
    {
        (this.root, this.record) = (root, record);
        modules = root.named_modules().Prepend((name: "", module: root)).DistinctBy(static named => named.name).ToDictionary(static named => named.name, static named => named.module);
        compressions = StructurePruner.Annotated(root);
    }

    /// <summary>What keeps the model from getting the shape or the masks, one line each.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>What must go; null where the model has the shape already, or cannot get it.</summary>
    public ShrinkPlan? Plan { get; private set; }

    /// <summary>Compares a file's structure with a model's. Nothing is changed.</summary>
    public static StructureReplay Of(nn.Module root, SafeTensorsFile file)
    {
        var replay = new StructureReplay(root, StructureRecord.Read(file));
        if (replay.record.IsShrunk)
        {
            replay.Plan = replay.PlanShrink();
        }

        replay.FindMasked();
        return replay;
    }

    /// <summary>Masks what is masked in the file, once the model has its shape.</summary>
    /// <exception cref="InvalidOperationException">A group of the file is none of the model's.</exception>
    public void Mask()
    {
        var paths = root.named_modules().Prepend((name: "", module: root)).DistinctBy(static named => named.name).ToDictionary(static named => named.name, static named => named.module);
        foreach (var masked in record.MaskedGroups)
        {
            var site = SiteOf(paths, masked)!;
            var owner = paths.GetValueOrDefault(masked.Owner);
            var group = site.Groups.FirstOrDefault(group =>
                group.Count == masked.Count && group.Slices.Any(slice => slice.Owner == owner && slice.Parameter == masked.Tensor && slice.Dim == masked.Dim));
            site.Remove(
                group ?? throw new InvalidOperationException(
                    $"The file masks {masked.Removed.Length} of {masked.Count} units along dimension {masked.Dim} of '{masked.Owner}.{masked.Tensor}', which {site.Rule} of "
                    + $"'{masked.Module}' does not speak of in this model."),
                masked.Removed);
        }

        foreach (var masked in record.MaskedLists)
        {
            ListOf(paths, masked)!.Remove(masked.Removed);
        }
    }

    private ShrinkPlan? PlanShrink()
    {
        foreach (var list in record.Blocks.OrderBy(static list => list.Module.Count(static letter => letter == '.')))
        {
            FindBlocks(list);
        }

        var groups = record.Tensors.Select(Find).OfType<ChannelGroup>().ToArray();
        var counts = record.Counts.SelectMany(OwnersOf, static (count, owner) => KeyValuePair.Create((owner, count.Name), count.Value)).DistinctBy(static count => count.Key).ToDictionary();
        if (problems.Count > 0 || groups.Length + blocks.Count == 0)
        {
            return null;
        }

        if (compressions.Any(static compression => compression.KnownChannelMap?.Masked.Any() == true || compression.LayerLists.Any(static list => list.Removed.Count > 0)))
        {
            problems.Add("structure: the file is of a model that was shrunk, and this one has masks of heads, channels or blocks; load it into one without");
            return null;
        }

        try
        {
            return new(root, SlicedTensor.Of(groups), counts, blocks);
        }
        catch (ArgumentException wrong)
        {
            problems.Add($"structure: {wrong.Message}");
            return null;
        }
    }

    private void FindBlocks(BlocksLeft list)
    {
        var path = PathBefore(list.Module);
        if (Runs.Read(list.Kept, list.Count) is not { } left)
        {
            problems.Add($"structure: what is left of the blocks of '{list.Module}' are no ascending runs within {list.Count}");
        }
        else if (!modules.TryGetValue(path, out var module) || compressions.SelectMany(static compression => compression.LayerLists).All(site => site.Module != module))
        {
            problems.Add($"structure: '{list.Module}' has lost blocks in the file, and is no list with [PruneLayers] in the model");
        }
        else if (module.children().Count() is var count && count == list.Count)
        {
            blocks[module] = left.Removed;
            renumbered[path] = left.Indices;
        }
        else if (count != left.Indices.Length)
        {
            problems.Add($"structure: '{path}' has {count} blocks in the model; in the file {left.Indices.Length} are left of {list.Count}");
        }
    }

    private ChannelGroup? Find(TensorLeft tensor)
    {
        var name = $"{tensor.Module}.{tensor.Tensor}".TrimStart('.');
        if (Runs.Read(tensor.Kept, tensor.Count) is not { } left)
        {
            problems.Add($"structure: what is left along dimension {tensor.Dim} of '{name}' are no ascending runs within {tensor.Count}");
            return null;
        }

        if (!modules.TryGetValue(PathBefore(tensor.Module), out var owner))
        {
            problems.Add($"structure: '{name}' has lost channels in the file, and is not in the model");
            return null;
        }

        if (SlicedTensor.ShapeOf(owner, tensor.Tensor) is not { } shape || tensor.Dim < 0 || tensor.Dim >= shape.Length)
        {
            problems.Add($"structure: dimension {tensor.Dim} of '{name}' does not exist in the model; in the file {left.Indices.Length} are left of {left.Count} channels");
            return null;
        }

        var size = shape[tensor.Dim];
        if (size == left.Indices.Length)
        {
            return null;
        }

        if (size != left.Count)
        {
            problems.Add($"structure: dimension {tensor.Dim} of '{name}' has {size} channels in the model; in the file {left.Indices.Length} are left of {left.Count}");
            return null;
        }

        var group = new ChannelGroup(name, left.Count, [new(owner, tensor.Tensor, tensor.Dim, SliceRole.Other, [.. Enumerable.Range(0, left.Count)])]);
        group.Remove(Enumerable.Range(0, left.Count).Except(left.Indices));
        return group;
    }

    private IEnumerable<object> OwnersOf(CountLeft count)
    {
        if (count.Module is null)
        {
            return ChannelSlicer.CountOwners(compressions).Where(owner => owner.GetType().FullName == count.Type);
        }

        return modules.TryGetValue(PathBefore(count.Module), out var module) ? [module] : [];
    }

    private void FindMasked()
    {
        var before = modules.ToDictionary();
        foreach (var masked in record.MaskedGroups.Where(masked => SiteOf(before, masked with { Module = PathBefore(masked.Module) }) is null))
        {
            problems.Add($"structure: the file masks '{masked.Site}' of '{masked.Module}', and no attribute of the model speaks of that");
        }

        foreach (var masked in record.MaskedLists.Where(masked => ListOf(before, masked with { Module = PathBefore(masked.Module) }) is null))
        {
            problems.Add($"structure: the file masks blocks of '{masked.Site}' of '{masked.Module}', and no [PruneLayers] of the model speaks of them");
        }
    }

    private static StructureSite? SiteOf(Dictionary<string, nn.Module> paths, MaskedGroup masked) => paths.GetValueOrDefault(masked.Module) is ICompressible { Compression: var compression }
        ? compression.Structures.FirstOrDefault(site => site.Name == masked.Site)
        : null;

    private static LayerSite? ListOf(Dictionary<string, nn.Module> paths, MaskedList masked) => paths.GetValueOrDefault(masked.Module) is ICompressible { Compression: var compression }
        ? compression.LayerLists.FirstOrDefault(list => list.Name == masked.Site)
        : null;

    /// <summary>The path that a module of the file has in the model while no block is gone.</summary>
    private string PathBefore(string path)
    {
        var segments = path.Split('.');
        for (var i = 1; i < segments.Length; i++)
        {
            if (renumbered.TryGetValue(string.Join('.', segments[..i]), out var kept)
                && int.TryParse(segments[i], NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < kept.Length)
            {
                segments[i] = $"{kept[index]}";
            }
        }

        return string.Join('.', segments);
    }
}
