using CompressDsl.Flow;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// What the pruning attributes of one module ask for, and its masks. The generator derives from it, with one typed member for each annotated one.
/// </summary>
/// <remarks>
/// A plain object: the model may keep it in a field, and TorchSharp registers nothing of it. Members are read when they are used, so a layer that was
/// replaced or moved is found; a layer that was replaced has a new, dense mask.
/// </remarks>
public abstract class Compression : IDisposable
{
    private readonly List<WeightSite> sites = [];
    private readonly List<SiteGroup> groups = [];
    private readonly List<StructureSite> structures = [];
    private readonly List<LayerSite> layers = [];
    private ChannelMap? channels;

    /// <summary>For generated code.</summary>
    /// <param name="module">The annotated module.</param>
    /// <param name="rule">What the attribute on its class asks for; null where there is none.</param>
    /// <param name="forward">Its forward; null where it cannot be called.</param>
    protected Compression(nn.Module module, SparsityRule? rule, ForwardSite? forward = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        (Module, Rule, Forward) = (module, rule, forward);
    }

    /// <summary>The annotated module.</summary>
    public nn.Module Module { get; }

    /// <summary>What the attribute on its class asks for; null where there is none.</summary>
    public SparsityRule? Rule { get; }

    /// <summary>The members that are a layer or a parameter and have an attribute of their own.</summary>
    public IReadOnlyList<WeightSite> Sites => sites;

    /// <summary>The members that are a container or another module and have an attribute of their own.</summary>
    public IReadOnlyList<SiteGroup> Groups => groups;

    /// <summary>What <c>[PruneHeads]</c>, <c>[PruneChannels]</c> and <c>[PruneHidden]</c> of this class and its members ask for.</summary>
    public IReadOnlyList<StructureSite> Structures => structures;

    /// <summary>What <c>[PruneLayers]</c> on members asks for.</summary>
    public IReadOnlyList<LayerSite> LayerLists => layers;

    /// <summary>
    /// Every weight below that a rule speaks of, as the model is now, each once, with the rule that holds for it and its path in the state
    /// dictionary;
    /// those that are kept dense too.
    /// </summary>
    public IReadOnlyList<WeightSite> AllSites => [.. SiteWalk.Collect(Module).Select(static site => site.ToSite())];

    /// <summary>Which channels go together, as forward couples them; made when it is first asked for, and anew after a shrink.</summary>
    internal ChannelMap ChannelMap => channels ??= new(this);

    /// <summary>The map, where somebody has asked for it.</summary>
    internal ChannelMap? KnownChannelMap => channels;

    /// <summary>The forward of the annotated module; null where it cannot be called, or where its compression was written without.</summary>
    internal ForwardSite? Forward { get; }

    /// <summary>Makes sure that every pruned weight below is zero now. Not needed before a call; see <see cref="WeightMask"/>.</summary>
    public void ApplyMasks() => Module.ApplyMasks();

    /// <summary>
    /// After the weights of a pruned model were loaded: every weight below that is not kept dense is pruned exactly where it is zero.
    /// </summary>
    /// <returns>How many numbers are pruned now.</returns>
    public long MaskZeros() => Module.MaskZeros();

    /// <summary>Releases every mask and hook below. The zeros stay until something writes over them; the object may be used again.</summary>
    public void Dispose()
    {
        Module.ClearMasks();
        GC.SuppressFinalize(this);
    }

    /// <summary>For generated code: forward, with shapes in place of tensors.</summary>
    /// <param name="flow">Finds out which channels are the same.</param>
    /// <param name="input">Gives an argument of forward, by its name.</param>
    /// <returns>What comes out; null where there is no source that could be followed.</returns>
    protected virtual Shape[]? Follow(ChannelFlow flow, Func<string, Shape> input) => null;

    /// <summary>For generated code: names every tensor and count of the module and of what it calls, to be sliced.</summary>
    protected virtual void Slice(ChannelSlicer slicer)
    {
    }

    /// <summary>Forward with shapes in place of tensors; null where there is no source that could be followed.</summary>
    internal Shape[]? FollowForward(ChannelFlow flow) => Follow(flow, flow.Input);

    /// <summary>The flow of a module from one tensor to one, within that of another; null where it has none.</summary>
    internal Shape? FollowForward(ChannelFlow flow, Shape x) => Follow(flow, _ => x) is [var result] ? result : null;

    /// <summary>Names every tensor and count of the module and of what it calls.</summary>
    internal void NameAll(ChannelSlicer slicer) => Slice(slicer);

    /// <summary>After a shrink: what was known about channels is no longer so.</summary>
    internal void ForgetChannels() => channels = null;

    /// <summary>For generated code: <c>[PruneHeads]</c>, <c>[PruneChannels]</c> or <c>[PruneHidden]</c>.</summary>
    /// <param name="name">The name of the member, or what goes.</param>
    /// <param name="rule">What the attribute asks for.</param>
    /// <param name="layer">The annotated layer, read at every use; null for an attribute on the class.</param>
    /// <param name="heads">The layers that <c>[PruneHeads]</c> names.</param>
    protected StructureSite AddStructure(string name, StructureRule rule, Func<nn.Module?>? layer = null, HeadLayers? heads = null)
    {
        var site = new StructureSite(this, name, rule, layer, heads);
        structures.Add(site);
        return site;
    }

    /// <summary>For generated code: <c>[PruneLayers]</c> on a list.</summary>
    /// <param name="name">The name of the member.</param>
    /// <param name="rule">What the attribute asks for.</param>
    /// <param name="blocks">The list, read at every use.</param>
    protected LayerSite AddLayers<T>(string name, StructureRule rule, Func<ModuleList<T>?> blocks)
        where T : nn.Module
    {
        var site = LayerSite.Of(name, rule, blocks);
        layers.Add(site);
        return site;
    }

    /// <summary>For generated code: <c>[PruneLayers]</c> on a sequence.</summary>
    /// <inheritdoc cref="AddLayers{T}"/>
    protected LayerSite AddLayers(string name, StructureRule rule, Func<Sequential?> blocks)
    {
        var site = LayerSite.Of(name, rule, blocks);
        layers.Add(site);
        return site;
    }

    /// <summary>For generated code: a member that is a layer or a parameter.</summary>
    /// <param name="name">The name of the member.</param>
    /// <param name="weight">Its weight, read at every use; null where the member is null.</param>
    /// <param name="rule">What its attribute asks for.</param>
    protected WeightSite AddSite(string name, Func<PrunableWeight?> weight, SparsityRule rule)
    {
        var site = new WeightSite(name, weight, rule);
        sites.Add(site);
        return site;
    }

    /// <summary>For generated code: a member that is a container or another module.</summary>
    /// <param name="name">The name of the member.</param>
    /// <param name="module">The member, read at every use; null where it is null.</param>
    /// <param name="rule">What its attribute asks for, for everything below.</param>
    protected SiteGroup AddGroup(string name, Func<nn.Module?> module, SparsityRule rule)
    {
        var group = new SiteGroup(name, module, rule, this);
        groups.Add(group);
        return group;
    }
}
