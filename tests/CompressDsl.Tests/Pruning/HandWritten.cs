using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests.Pruning;

/// <summary>A compression as the generator would write it, told at the call.</summary>
internal sealed class HandWrittenCompression : Compression
{
    public HandWrittenCompression(Module module, SparsityRule? rule, Action<HandWrittenCompression>? members = null)
        : base(module, rule) => members?.Invoke(this);

    public WeightSite Site(string name, Func<PrunableWeight?> weight, SparsityRule rule) => AddSite(name, weight, rule);

    public SiteGroup Group(string name, Func<Module?> module, SparsityRule rule) => AddGroup(name, module, rule);
}

/// <summary>Any modules under one annotated class: they are registered under their names and called one after the other.</summary>
internal sealed class Annotated : Module<Tensor, Tensor>, ICompressible
{
    private readonly HandWrittenCompression compression;
    private readonly (string Name, Module Module)[] chain;

    public Annotated(SparsityRule? rule, params (string Name, Module Module)[] modules)
        : this(rule, null, modules)
    {
    }

    public Annotated(SparsityRule? rule, Action<HandWrittenCompression, Annotated>? members, params (string Name, Module Module)[] modules)
        : base(nameof(Annotated))
    {
        chain = modules;
        foreach (var (name, module) in modules)
        {
            register_module(name, module);
        }

        compression = new(this, rule, self => members?.Invoke(self, this));
    }

    public Compression Compression => compression;

    public override Tensor forward(Tensor input)
    {
        var x = input;
        foreach (var (_, module) in chain)
        {
            x = ((IModule<Tensor, Tensor>)module).call(x);
        }

        return x;
    }
}

/// <summary>A class without attributes, with a layer below.</summary>
internal sealed class Plain : Module<Tensor, Tensor>
{
    public readonly Module<Tensor, Tensor> inner;

    public Plain(Module<Tensor, Tensor> inner)
        : base(nameof(Plain))
    {
        this.inner = inner;
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => inner.call(input);
}

/// <summary>A module with a parameter of its own that has an attribute.</summary>
internal sealed class Scaled : Module<Tensor, Tensor>, ICompressible
{
    public readonly Parameter scale;
    private readonly HandWrittenCompression compression;

    public Scaled(SparsityRule rule, Tensor values)
        : base(nameof(Scaled))
    {
        scale = Parameter(values);
        RegisterComponents();
        compression = new(this, null, self => Site = self.Site("scale", () => PrunableWeight.Of(this, () => (Parameter)get_parameter("scale")!), rule));
    }

    public WeightSite Site { get; private set; } = null!;

    public Compression Compression => compression;

    public override Tensor forward(Tensor input) => input * scale;
}
