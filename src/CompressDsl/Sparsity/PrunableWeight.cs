using System.Diagnostics.CodeAnalysis;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// A weight that can be pruned: the module that uses it, the parameter it is now (<c>.to()</c> replaces parameters), and which of its dimensions are
/// outputs and inputs.
/// </summary>
public abstract class PrunableWeight
{
    private readonly Func<long[], WeightLayout> layout;

    private PrunableWeight(nn.Module module, Func<long[], WeightLayout> layout) => (Module, this.layout) = (module, layout);

    /// <summary>The module that holds the parameter and whose call uses it.</summary>
    public nn.Module Module { get; }

    /// <summary>The name under which <see cref="Module"/> registers the parameter.</summary>
    public abstract string Name { get; }

    /// <summary>The parameter as it is now; null where there is none in dense storage (a compacted <see cref="SparseLinear"/>).</summary>
    public abstract Parameter? Parameter { get; }

    /// <summary>The weight [out, in] of a linear layer.</summary>
    [return: NotNullIfNotNull(nameof(layer))]
    public static PrunableWeight? Of(Linear? layer) =>
        layer is null ? null : Create(layer, "weight", static layer => ((Linear)layer).weight, WeightLayout.OutputFirst);

    /// <summary>The weight [out, in] of a linear layer that can change its storage.</summary>
    [return: NotNullIfNotNull(nameof(layer))]
    public static PrunableWeight? Of(SparseLinear? layer) =>
        layer is null ? null : Create(layer, "weight", static layer => ((SparseLinear)layer).DenseWeight, WeightLayout.OutputFirst);

    /// <summary>
    /// The weight [out, in / groups, kernel...] of Conv1d, Conv2d or Conv3d, or [in, out / groups, kernel...] of ConvTranspose1d, 2d or 3d.
    /// Neighbours along the input dimension are neighbouring input channels at the same place of the kernel.
    /// </summary>
    [return: NotNullIfNotNull(nameof(layer))]
    public static PrunableWeight? Of(Convolution? layer) => layer is null ? null : Create(
        layer,
        "weight",
        static layer => ((Convolution)layer).weight,
        layer.transposed ? shape => WeightLayout.TransposedConvolution(shape, layer.groups) : WeightLayout.Convolution);

    /// <summary>The weight [out, in1, in2] of a bilinear layer; neighbours are neighbours along in2.</summary>
    [return: NotNullIfNotNull(nameof(layer))]
    public static PrunableWeight? Of(Bilinear? layer) =>
        layer is null ? null : Create(layer, "weight", static layer => ((Bilinear)layer).weight, WeightLayout.OutputFirst);

    /// <summary>The table [entries, width] of an embedding; one entry is one row.</summary>
    /// <remarks>The registered parameter, not <c>Embedding.weight</c>, which makes a new object at every reading.</remarks>
    [return: NotNullIfNotNull(nameof(layer))]
    public static PrunableWeight? Of(Embedding? layer) =>
        layer is null ? null : Create(layer, "weight", static layer => layer.get_parameter("weight"), WeightLayout.OutputFirst);

    /// <summary>A parameter that a module of the user holds directly: [out, ..., in], or a vector, which is one row.</summary>
    /// <param name="owner">The module that holds the parameter and whose call uses it.</param>
    /// <param name="weight">Reads the parameter as it is now.</param>
    public static PrunableWeight Of<TPreHook, TPostHook>(nn.HookableModule<TPreHook, TPostHook> owner, Func<Parameter?> weight) =>
        new Hooked<TPreHook, TPostHook>(owner, null, _ => weight(), WeightLayout.OutputFirst);

    /// <summary>
    /// A parameter of a module that derives from <c>torch.nn.Module</c> itself. Such a module has no <c>call</c> and so no hooks: its mask holds
    /// where <c>optimizer.KeepMasks(model)</c> watches the optimizer, and whenever the mask is applied.
    /// </summary>
    /// <param name="owner">The module that holds the parameter.</param>
    /// <param name="weight">Reads the parameter as it is now.</param>
    public static PrunableWeight Of(nn.Module owner, Func<Parameter?> weight) => new Unhooked(owner, weight);

    /// <summary>Any parameter that a module registers: a bias, the scale of a normalisation.</summary>
    /// <param name="owner">The module that registers the parameter.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="beforeCall">Runs an action before every call of the module and gives what ends that; null for a module without hooks.</param>
    internal static PrunableWeight Of(nn.Module owner, string name, Func<Action, Action?> beforeCall) => new Named(owner, name, beforeCall);

    /// <summary>The weight of a layer that a rule of its class or container reaches: linear, bilinear and convolution layers.</summary>
    /// <param name="module">Any module.</param>
    /// <param name="weight">Its weight, where there is one.</param>
    /// <returns>Whether there is one.</returns>
    public static bool TryOf(nn.Module module, [NotNullWhen(true)] out PrunableWeight? weight)
    {
        weight = module switch
        {
            Linear layer => Of(layer),
            SparseLinear layer => Of(layer),
            Convolution layer => Of(layer),
            Bilinear layer => Of(layer),
            _ => null,
        };
        return weight is not null;
    }

    /// <summary>As <see cref="TryOf"/>, for a member that has an attribute of its own: embeddings too.</summary>
    internal static bool TryOfMember(nn.Module module, [NotNullWhen(true)] out PrunableWeight? weight)
    {
        weight = module is Embedding embedding ? Of(embedding) : TryOf(module, out var found) ? found : null;
        return weight is not null;
    }

    /// <summary>Where outputs and inputs are, in a weight of this shape.</summary>
    internal WeightLayout Layout(long[] shape) => layout(shape);

    /// <summary>Runs <paramref name="action"/> before every call of the module.</summary>
    /// <returns>Ends that.</returns>
    internal abstract Action BeforeCall(Action action);

    /// <summary>Whether both are the same parameter, reached in two ways.</summary>
    internal bool IsSameAs(PrunableWeight other)
    {
        if (ReferenceEquals(Module, other.Module))
        {
            return Name == other.Name;
        }

        if (Parameter is not { } mine || other.Parameter is not { } theirs)
        {
            return false;
        }

        // Only an embedding hands out a second object for the same parameter: `head.weight = embedding.weight`.
        return ReferenceEquals(mine, theirs) || ((Module is Embedding || other.Module is Embedding) && Aten.IsSetTo(mine, theirs));
    }

    private static Hooked<TPreHook, TPostHook> Create<TPreHook, TPostHook>(
        nn.HookableModule<TPreHook, TPostHook> layer, string name, Func<nn.Module, Parameter?> weight, Func<long[], WeightLayout> layout) =>
        new(layer, name, weight, layout);

    private static string FindName(nn.Module module, Parameter? parameter) =>
        module.named_parameters(recurse: false).FirstOrDefault(named => ReferenceEquals(named.parameter, parameter)).name
        ?? throw new InvalidOperationException(
            $"{module.GetName()} does not register the parameter that its attribute stands on; call RegisterComponents() at the end of the constructor.");

    private sealed class Hooked<TPreHook, TPostHook>(
        nn.HookableModule<TPreHook, TPostHook> module, string? name, Func<nn.Module, Parameter?> weight, Func<long[], WeightLayout> layout)
        : PrunableWeight(module, layout)
    {
        public override Parameter? Parameter => weight(module);

        public override string Name => name ?? FindName(module, Parameter);

        internal override Action BeforeCall(Action action) => module.register_forward_pre_hook((nn.Module _) => action()).remove;
    }

    private sealed class Unhooked(nn.Module module, Func<Parameter?> weight) : PrunableWeight(module, WeightLayout.OutputFirst)
    {
        public override Parameter? Parameter => weight();

        public override string Name => FindName(Module, Parameter);

        internal override Action BeforeCall(Action action) => static () => { };
    }

    private sealed class Named(nn.Module module, string name, Func<Action, Action?> beforeCall) : PrunableWeight(module, WeightLayout.OutputFirst)
    {
        public override Parameter? Parameter => Module.get_parameter(name);

        public override string Name => name;

        internal override Action BeforeCall(Action action) => beforeCall(action) ?? (static () => { });
    }
}
