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

    /// <summary>
    /// Every weight below that a rule speaks of, as the model is now, each once, with the rule that holds for it and its path in the state
    /// dictionary;
    /// those that are kept dense too.
    /// </summary>
    public IReadOnlyList<WeightSite> AllSites => [.. SiteWalk.Collect(Module).Select(static site => site.ToSite())];

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
