using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// An annotated member that holds a container or another module: its rule is for every prunable weight below that has no nearer attribute.
/// </summary>
public sealed class SiteGroup
{
    private readonly Compression owner;
    private readonly Func<nn.Module?> module;

    internal SiteGroup(string name, Func<nn.Module?> module, SparsityRule rule, Compression owner) =>
        (Name, this.module, Rule, this.owner) = (name, module, rule, owner);

    /// <summary>The name of the annotated member.</summary>
    public string Name { get; }

    /// <summary>What its attribute asks for.</summary>
    public SparsityRule Rule { get; }

    /// <summary>
    /// The weights below, as the model is now, each with the rule that holds for it and its path from the member; empty where the member is null.
    /// </summary>
    public IReadOnlyList<WeightSite> Sites => module() is { } found
        ? [.. SiteWalk.Collect(found, new(Rule, owner, IsAbsolute: Rule.IsDense)).Select(static site => site.ToSite())]
        : [];

    /// <summary>The member as it is now.</summary>
    internal nn.Module? Find() => module();

    /// <summary>The name and the pattern.</summary>
    public override string ToString() => $"{Name}: {Rule}";
}
