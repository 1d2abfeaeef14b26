using System.Diagnostics;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Masks the heads, channels, hidden channels and blocks that the attributes below a module let go.</summary>
internal sealed class StructurePruner
{
    private readonly nn.Module root;
    private readonly StructureOptions options;
    private readonly Action<string> step;
    private readonly IReadOnlyList<Compression> compressions;
    private readonly StructurePaths paths;
    private readonly List<(int Order, PrunedStructure Structure)> results = [];

    private StructurePruner(nn.Module root, StructureOptions options, Action<string> step)
    {
        (this.root, this.options, this.step) = (root, options, step);
        compressions = Annotated(root);
        paths = new(root);
    }

    /// <summary>Whether anything at or below a module is to be pruned as structure.</summary>
    public static bool IsAsked(nn.Module root, StructureOptions options) => Annotated(root).Any(compression =>
        compression.Structures.Select(static site => site.Rule).Concat(compression.LayerLists.Select(static list => list.Rule)).Any(rule => options.RuleFor(rule) is not null));

    /// <summary>The annotated modules at and below <paramref name="root"/>, those further down first.</summary>
    public static IReadOnlyList<Compression> Annotated(nn.Module root)
        => [.. root.named_modules()
            .Select(static named => named.module)
            .Prepend(root)
            .OfType<ICompressible>()
            .Select(static module => module.Compression)
            .Distinct()
            .Reverse()];

    /// <summary>Chooses what goes and masks it. What is masked stays so, and counts. Everything is chosen before the first mask is set.</summary>
    /// <exception cref="InvalidOperationException">A criterion lacks its data; a rule does not fit what it finds. Nothing is changed.</exception>
    public static IReadOnlyList<PrunedStructure> Run(nn.Module root, StructureOptions options, Action<string> step)
    {
        var run = new StructurePruner(root, options, step);
        var found = run.Find();
        var before = found.Select(static task => (task.Group, task.Group.Removed)).ToArray();
        var blocks = new List<Action>();
        try
        {
            run.ChooseUnits(found);
            blocks.AddRange(run.ChooseBlocks());
        }
        catch
        {
            Array.ForEach(before, static was => was.Group.Remove(was.Removed));
            throw;
        }

        foreach (var compression in run.compressions)
        {
            compression.KnownChannelMap?.ApplyMasks();
        }

        blocks.ForEach(static mask => mask());
        return [.. run.results.OrderBy(static result => (result.Structure.Count == 0, result.Order)).Select(static result => result.Structure)];
    }

    /// <summary>Every group that an attribute speaks of, once: an attribute on a member goes before one on its class, and one further down before one above.</summary>
    private List<UnitTask> Find()
    {
        var tasks = new List<UnitTask>();
        var claimed = new HashSet<(nn.Module, string, int, int)>();
        foreach (var site in compressions.SelectMany(static compression => compression.Structures.OrderBy(static site => site.Layer is null)))
        {
            if (options.RuleFor(site.Rule) is not { } rule)
            {
                continue;
            }

            tasks.AddRange(site.Groups.Where(group => Claim(claimed, group)).Select(group => new UnitTask(site, rule, group)));
            foreach (var obstacle in site.Obstacles)
            {
                Add(site.Owner, new(paths.PathOf(site.Owner, site.Name), rule, 0, 0, 0) { Obstacle = obstacle });
            }
        }

        return tasks;
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

    private void ChooseUnits(List<UnitTask> tasks)
    {
        // One pass over the data for every criterion.
        foreach (var alike in tasks.GroupBy(static task => task.Rule.Criterion))
        {
            var clock = Stopwatch.StartNew();
            var scores = GroupScorer.Score(root, [.. alike.Select(static task => task.Group)], alike.Key, options, batch => step($"{alike.Key}, batch {batch + 1}"));

            foreach (var ranked in alike.Zip(scores, static (task, score) => (Task: task, Score: score))
                .GroupBy(static pair => RankedWith(pair.Task.Site.Owner, pair.Task.Site.Name, pair.Task.Rule, pair.Task.Group)))
            {
                var rule = ranked.First().Task.Rule;
                GroupSelection.Choose(
                    [.. ranked.Select(static pair => pair.Task.Group)], [.. ranked.Select(static pair => pair.Score)], AmountOf(rule), rule.Scope == Scope.Global, options.CutOff);
                foreach (var (task, _) in ranked)
                {
                    Add(task.Site.Owner, ResultOf(task, clock.Elapsed));
                }

                step(paths.PathOf(ranked.First().Task.Site.Owner, ranked.First().Task.Group.Name));
            }
        }
    }

    private IEnumerable<Action> ChooseBlocks()
    {
        var tasks = compressions
            .SelectMany(static compression => compression.LayerLists, static (owner, list) => (Owner: owner, List: list))
            .Select(task => options.RuleFor(task.List.Rule) is { } rule ? new BlockTask(task.Owner, task.List, rule, paths.PathOf(task.Owner, task.List.Name)) : null)
            .OfType<BlockTask>();
        foreach (var ranked in tasks.GroupBy(static task => RankedWith(task.Owner, task.List.Name, task.Rule, task.List)))
        {
            BlockTask[] lists = [.. ranked];
            ChooseBlocks(lists);
            foreach (var task in lists)
            {
                yield return () => task.List.Remove(task.Group.Removed);
            }
        }
    }

    private void ChooseBlocks(BlockTask[] lists)
    {
        var clock = Stopwatch.StartNew();
        var rule = lists[0].Rule;
        if (rule.Keep is { } keep && lists.FirstOrDefault(list => keep > list.Group.Count) is { } small)
        {
            throw new InvalidOperationException($"{rule} asks '{small.Path}' to keep {keep} blocks; it has {small.Group.Count}.");
        }

        // What is masked goes first.
        var scores = lists.Select(list => BlockScorer.Score(root, list.List.Blocks, list.List.AreRemoved, options, batch => step($"{list.Path}, batch {batch + 1}"))).ToArray();
        var several = lists.Zip(scores, static (list, score) => (list.Group, Scores: score)).Where(static pair => pair.Group.Count > 1).ToArray();
        if (several.Length > 0)
        {
            GroupSelection.Choose(
                [.. several.Select(static pair => pair.Group)],
                [.. several.Select(static pair => pair.Scores.Select(static score => score.Score).ToArray())],
                AmountOf(rule),
                rule.Scope == Scope.Global,
                options.CutOff);
        }

        foreach (var (list, blocks) in lists.Zip(scores))
        {
            string[] fixedBlocks = [.. blocks.Select(static block => block.Obstacle).OfType<string>()];
            if (list.Group.Removed.Any(index => blocks[index].Obstacle is not null))
            {
                throw new InvalidOperationException(
                    $"{rule} asks for {list.Group.Removed.Count} of the {list.Group.Count} blocks of '{list.Path}', and {list.Group.Count - fixedBlocks.Length} can go. "
                        + string.Join(" ", fixedBlocks));
            }

            Add(list.Owner, new(list.Path, rule, list.Group.Count, list.Group.Removed.Count, clock.Elapsed.TotalSeconds)
            {
                Obstacle = rule.Scope == Scope.Global ? null : GroupSelection.WhyNothing(list.Group, AmountOf(rule)),
            });
            Array.ForEach(fixedBlocks, obstacle => Add(list.Owner, new(list.Path, rule, 0, 0, 0) { Obstacle = obstacle }));
        }
    }

    // A global ranking is over all modules of a class that carry the same attribute; any other over what is alone.
    private static object RankedWith(Compression owner, string name, StructureRule rule, object alone)
        => rule.Scope == Scope.Global ? (owner.Module.GetType(), name, rule) : alone;

    private GroupSelectionAmount AmountOf(StructureRule rule) => new(rule.Ratio ?? 0, rule.Keep, rule.RoundTo, options.Share);

    private PrunedStructure ResultOf(UnitTask task, TimeSpan took) => new(
        paths.PathOf(task.Site.Owner, task.Group.Name), task.Rule, task.Group.Count, task.Group.Removed.Count, took.TotalSeconds)
    {
        Obstacle = task.Rule.Scope == Scope.Global ? null : GroupSelection.WhyNothing(task.Group, AmountOf(task.Rule)),
    };

    private void Add(Compression owner, PrunedStructure structure) => results.Add((paths.OrderOf(owner), structure));

    private sealed record UnitTask(StructureSite Site, StructureRule Rule, ChannelGroup Group);

    private sealed record BlockTask(Compression Owner, LayerSite List, StructureRule Rule, string Path)
    {
        public ChannelGroup Group { get; } = new(Path, List.Blocks.Count, []);
    }
}
