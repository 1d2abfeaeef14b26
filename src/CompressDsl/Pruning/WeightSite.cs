using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>One weight that an attribute speaks of: its rule and its mask.</summary>
public sealed class WeightSite
{
    private readonly Func<PrunableWeight?> weight;

    internal WeightSite(string name, Func<PrunableWeight?> weight, SparsityRule rule) => (Name, this.weight, Rule) = (name, weight, rule);

    /// <summary>The name of the annotated member; for a site that was found below a class or container, its path in the state dictionary.</summary>
    public string Name { get; }

    /// <summary>What its attribute asks for.</summary>
    public SparsityRule Rule { get; }

    /// <summary>The live parameter, the model's own, with its mask applied if something was written into it. Not the caller's to dispose.</summary>
    /// <exception cref="InvalidOperationException">The member is null, or its weight is in compact storage.</exception>
    public Tensor Weight
    {
        get
        {
            var weight = Require();
            WeightMask.Of(weight).ApplyIfChanged();
            return weight.Parameter ?? throw new InvalidOperationException(
                $"The weight of '{Name}' is in compact storage, where it is no parameter; call Densify() first.");
        }
    }

    /// <summary>The layer, or the module that holds the parameter; null where the member is.</summary>
    public nn.Module? Module => weight()?.Module;

    /// <summary>The mask: the one of this layer, dense until something is pruned.</summary>
    /// <exception cref="InvalidOperationException">The member is null.</exception>
    public WeightMask Mask => WeightMask.Of(Require());

    /// <summary>The weight as it is now; null where the member is null.</summary>
    internal PrunableWeight? Find() => weight();

    /// <summary>The name and the pattern.</summary>
    public override string ToString() => $"{Name}: {Rule}";

    private PrunableWeight Require() => weight() ?? throw new InvalidOperationException($"'{Name}' is null: it has no weight to prune.");
}
