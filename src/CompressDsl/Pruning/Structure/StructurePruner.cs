using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Masks the heads, channels, hidden channels and blocks that the attributes below a module let go.</summary>
internal static class StructurePruner
{
    /// <summary>Whether an attribute for structure is at or below a module.</summary>
    public static bool IsAsked(nn.Module root) => Annotated(root).Any(static compression => compression.Structures.Count + compression.LayerLists.Count > 0);

    /// <summary>The annotated modules at and below <paramref name="root"/>, those further down first.</summary>
    public static IReadOnlyList<Compression> Annotated(nn.Module root)
        => [.. root.named_modules()
            .Select(static named => named.module)
            .Prepend(root)
            .OfType<ICompressible>()
            .Select(static module => module.Compression)
            .Distinct()
            .Reverse()];

    /// <summary>Chooses what goes and masks it. Everything is chosen before the first mask is set.</summary>
    /// <exception cref="InvalidOperationException">A criterion lacks its data; a rule does not fit what it finds.</exception>
    public static IReadOnlyList<PrunedStructure> Run(nn.Module root, StructureOptions options, Action<string> step)
    {
        var paths = root.named_modules().GroupBy(static named => named.module).ToDictionary(static named => named.Key, static named => named.First().name);
        var compressions = Annotated(root);
        var claimed = new HashSet<(nn.Module, string, int, int)>();
        var tasks = compressions
            .SelectMany(static compression => compression.Structures)
            .SelectMany(site => site.Owner.ChannelMap.Of(site).Where(mapped => Claim(claimed, mapped.Group)).Select(mapped => (Site: site, mapped.Group)))
            .ToArray();
        var results = new List<PrunedStructure>();

        // One pass over the data for every criterion.
        foreach (var criterion in tasks.GroupBy(static task => task.Site.Rule.Criterion))
        {
            var clock = Stopwatch.StartNew();
            ChannelGroup[] groups = [.. criterion.Select(static task => task.Group)];
            var scores = GroupScorer.Score(root, groups, criterion.Key, options, batch => step($"{criterion.Key}, batch {batch + 1}"));
            var scored = criterion.Zip(scores, static (task, score) => (task.Site, task.Group, Score: score));

            // A global ranking is over all modules of a class that carry the same attribute.
            foreach (var ranked in scored.GroupBy(static task => task.Site.Rule.Scope == Scope.Global
                ? (object)(task.Site.Owner.Module.GetType(), task.Site.Name, task.Site.Rule)
                : task.Group))
            {
                var rule = ranked.First().Site.Rule;
                GroupSelection.Choose(
                    [.. ranked.Select(static task => task.Group)],
                    [.. ranked.Select(static task => task.Score)],
                    new GroupSelectionAmount(rule.Ratio ?? 0, rule.Keep, rule.RoundTo),
                    rule.Scope == Scope.Global,
                    options.CutOff);
                results.AddRange(ranked.Select(task => new PrunedStructure(
                    PathOf(task.Site.Owner.Module, task.Group.Name), task.Site.Rule, task.Group.Count, task.Group.Removed.Count, clock.Elapsed.TotalSeconds)));
                step(ranked.First().Group.Name);
            }
        }

        foreach (var compression in compressions.Where(static compression => compression.KnownChannelMap is not null))
        {
            compression.ChannelMap.ApplyMasks();
        }

        foreach (var compression in compressions)
        {
            results.AddRange(compression.Structures.SelectMany(site => site.Obstacles.Select(obstacle => new PrunedStructure(
                PathOf(compression.Module, site.Name), site.Rule, 0, 0, 0) { Obstacle = obstacle })));
            results.AddRange(compression.LayerLists.SelectMany(list => Prune(root, PathOf(compression.Module, list.Name), list, options, step)));
        }

        return results;

        string PathOf(nn.Module module, string name)
            => paths.TryGetValue(module, out var path) && path.Length > 0 && name != path ? $"{path}.{name}" : name;
    }

    private static bool Claim(HashSet<(nn.Module, string, int, int)> claimed, ChannelGroup group)
    {
        var places = group.Slices.SelectMany(static slice => slice.Units
            .Select((unit, index) => (slice.Owner, slice.Parameter, slice.Dim, Index: index, Unit: unit))
            .Where(static place => place.Unit >= 0)
            .Select(static place => (place.Owner, place.Parameter, place.Dim, place.Index))).ToArray();
        if (places.Any(claimed.Contains))
        {
            return false;
        }

        claimed.UnionWith(places);
        return true;
    }

    private static PrunedStructure[] Prune(nn.Module root, string path, LayerSite list, StructureOptions options, Action<string> step)
    {
        var clock = Stopwatch.StartNew();
        var blocks = list.Blocks;
        if (blocks.Count < 2)
        {
            return [new(path, list.Rule, blocks.Count, 0, 0)];
        }

        if (list.Rule.Keep is { } keep && keep > blocks.Count)
        {
            throw new InvalidOperationException($"{list.Rule} asks '{path}' to keep {keep} blocks; it has {blocks.Count}.");
        }

        list.Remove([]);
        var scores = BlockScorer.Score(root, blocks, options, batch => step($"{path}, batch {batch + 1}"));
        var group = new ChannelGroup(path, blocks.Count, []);
        GroupSelection.Choose([group], [[.. scores.Select(static score => score.Score)]], new GroupSelectionAmount(list.Rule.Ratio ?? 0, list.Rule.Keep, list.Rule.RoundTo), cutOff: options.CutOff);
        string[] obstacles = [.. scores.Select(static score => score.Obstacle).OfType<string>()];
        if (group.Removed.Any(index => scores[index].Obstacle is not null))
        {
            throw new InvalidOperationException(
                $"{list.Rule} asks for {group.Removed.Count} of the {blocks.Count} blocks of '{path}', and {blocks.Count - obstacles.Length} can go. {string.Join(" ", obstacles)}");
        }

        list.Remove(group.Removed);
        return
        [
            new(path, list.Rule, blocks.Count, group.Removed.Count, clock.Elapsed.TotalSeconds),
            .. obstacles.Select(obstacle => new PrunedStructure(path, list.Rule, 0, 0, 0) { Obstacle = obstacle }),
        ];
    }
}

/// <summary>What happened to one group of heads or channels, or to one list of blocks.</summary>
/// <param name="Path">The layer whose outputs they are, the attention, or the list.</param>
/// <param name="Rule">The rule that was followed.</param>
/// <param name="Count">How many units there are.</param>
/// <param name="Removed">How many of them are masked now.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record PrunedStructure(string Path, StructureRule Rule, int Count, int Removed, double Seconds)
{
    /// <summary>Why it stays whole; null where it was pruned.</summary>
    public string? Obstacle { get; init; }

    /// <summary>How many units stay.</summary>
    public int Kept => Count - Removed;
}
