using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Which numbers of one weight are pruned. While a mask is set, those numbers are zero whenever the weight is used.</summary>
/// <remarks>
/// <para>A mask belongs to the layer, not to the <see cref="Parameter"/>, which <c>.to()</c> replaces; it follows the weight to its device. Whoever
/// asks for the mask of a layer gets the same one.</para>
/// <para>It holds by a hook before each call of the layer. With gradients on, the hook asks libtorch's version counter (microseconds) and masks only
/// if something wrote into the weight, so a weight that a graph still needs is never touched. With gradients off it is a test of a flag, unless the
/// layer has been called with gradients since: then one more look. After the LAST optimizer step no call may follow: use
/// <c>optimizer.KeepMasks(model)</c> or <see cref="Apply"/>. What neither runs hooks nor counts as a write for libtorch is not seen until
/// <see cref="Apply"/>: <c>layer.forward(x)</c> instead of <c>call</c> (CDSL4001), and <c>Module.load</c> of weights that have no such zeros.</para>
/// <para>Not for use from several threads at once, as all of a module.</para>
/// </remarks>
public sealed class WeightMask : IDisposable
{
    private static readonly ConditionalWeakTable<nn.Module, Dictionary<string, WeightMask>> all = new();

    private static readonly IReadOnlyDictionary<object, IReadOnlyDictionary<int, bool[]>> NothingRemoved = new Dictionary<object, IReadOnlyDictionary<int, bool[]>>();

    private readonly PrunableWeight weight;
    private readonly List<PrunableWeight> users;
    private readonly List<Action> unhook = [];
    private HeldMask? pruned;
    private Tensor? chosen;
    private IReadOnlyDictionary<object, IReadOnlyDictionary<int, bool[]>> removed = NothingRemoved;
    private Parameter? masked;
    private long maskedVersion;
    private bool mayHaveChanged;

    private WeightMask(PrunableWeight weight) => (this.weight, users) = (weight, [weight]);

    /// <summary>Whether nothing is pruned.</summary>
    public bool IsDense => pruned is null;

    /// <summary>How many numbers are pruned.</summary>
    public long PrunedCount { get; private set; }

    /// <summary>The fraction that is pruned, in [0, 1).</summary>
    public double Sparsity => pruned is null ? 0 : (double)PrunedCount / pruned.Count;

    /// <summary>A new tensor (bool, shape and device of the weight), true where a number is pruned.</summary>
    public Tensor Pruned => pruned is null ? zeros_like(DenseWeight, dtype: ScalarType.Bool) : pruned.Tensor.clone();

    /// <summary>A new tensor (bool, shape and device of the weight), true where a number is kept.</summary>
    public Tensor Kept => pruned is null ? ones_like(DenseWeight, dtype: ScalarType.Bool) : pruned.Tensor.logical_not();

    /// <summary>The mask's own: what <see cref="Set"/> asked for, without the units that are removed as a whole; null where that is nothing.</summary>
    internal Tensor? Chosen => removed.Count == 0 ? pruned?.Tensor : chosen;

    private Parameter DenseWeight => weight.Parameter ?? throw new InvalidOperationException(
        $"The weight of this {weight.Module.GetName()} is in compact storage, where it cannot be pruned; call Densify() first.");

    /// <summary>
    /// Prunes exactly these numbers: they become zero at once, NaN and infinity too, and stay zero. What an earlier mask held is free again, but for
    /// channels and heads that are masked as a whole.
    /// </summary>
    /// <param name="pruned">bool, the shape of the weight, true where a number goes. It is copied; the caller keeps it.</param>
    /// <exception cref="ArgumentException">Another type or shape.</exception>
    /// <exception cref="InvalidOperationException">The weight is in compact storage.</exception>
    public void Set(Tensor pruned)
    {
        ArgumentNullException.ThrowIfNull(pruned);
        var weight = DenseWeight;
        if (pruned.dtype != ScalarType.Bool)
        {
            throw new ArgumentException($"A mask is a bool tensor, true where a weight goes; this one is {pruned.dtype}.", nameof(pruned));
        }

        RequireShape(pruned, weight);
        Adopt(weight, pruned, removed);
    }

    /// <summary>
    /// Makes sure that the pruned numbers are zero now. Writes only where one is not, so it may stand between a forward and its backward.
    /// </summary>
    public void Apply()
    {
        if (pruned is not null && weight.Parameter is { } current && (HasChanged(current) || IsViolated(current)))
        {
            Fill(current);
        }
    }

    /// <summary>Lets go: nothing is masked any more and the hooks are gone. The zeros stay until something writes over them.</summary>
    public void Clear()
    {
        unhook.ForEach(static remove => remove());
        unhook.Clear();
        pruned?.Dispose();
        chosen?.Dispose();
        (pruned, chosen, removed, PrunedCount, masked, mayHaveChanged) = (null, null, NothingRemoved, 0, null, false);
    }

    /// <summary>Takes an eighth of the memory until somebody looks: for a weight that has gone into compact storage.</summary>
    internal void Pack() => pruned?.Pack();

    /// <summary>As <see cref="Clear"/>.</summary>
    public void Dispose() => Clear();

    /// <summary>The one mask of this weight; dense until it is set.</summary>
    internal static WeightMask Of(PrunableWeight weight)
    {
        var masks = all.GetOrCreateValue(weight.Module);
        var name = weight.Name;
        return masks.TryGetValue(name, out var mask) ? mask : masks[name] = new WeightMask(weight);
    }

    /// <summary>The mask of this layer's weight; null where nobody has asked for it yet.</summary>
    internal static WeightMask? Find(nn.Module layer) => Find(layer, "weight");

    /// <summary>The mask of this parameter; null where nobody has asked for it yet.</summary>
    internal static WeightMask? Find(nn.Module module, string name) => all.TryGetValue(module, out var masks) ? masks.GetValueOrDefault(name) : null;

    /// <summary>The masks of the parameters that this module holds.</summary>
    internal static IEnumerable<WeightMask> AllOf(nn.Module module) => all.TryGetValue(module, out var masks) ? masks.Values : [];

    /// <summary>Makes this the mask of <paramref name="alias"/> too: the same parameter in a second layer (tied weights).</summary>
    internal void Share(PrunableWeight alias)
    {
        var masks = all.GetOrCreateValue(alias.Module);
        if (!masks.TryGetValue(alias.Name, out var mask) || !ReferenceEquals(mask, this))
        {
            mask?.Clear();
            masks[alias.Name] = this;
            users.Add(alias);
            if (!IsDense)
            {
                Hook();
            }
        }
    }

    /// <summary>
    /// Prunes whole units beside what <see cref="Set"/> has chosen and what others remove. Units that an earlier call by the same one named are free again where
    /// nothing else holds them.
    /// </summary>
    /// <param name="by">Who removes them.</param>
    /// <param name="units">By dimension of the weight, for every index along it, whether it goes.</param>
    internal void SetRemoved(object by, IReadOnlyDictionary<int, bool[]> units)
    {
        var all = removed.Where(other => other.Key != by).ToDictionary();
        if (units.Count > 0)
        {
            all.Add(by, units);
        }

        Adopt(DenseWeight, Chosen, all);
    }

    /// <summary>Prunes exactly these numbers, of which those of units that are removed as a whole stay theirs.</summary>
    /// <param name="pruned">bool, the shape of the weight, true where a number goes.</param>
    internal void SetBesideUnits(Tensor pruned)
    {
        if (removed.Count == 0)
        {
            Set(pruned);
            return;
        }

        using var scope = NewDisposeScope();
        Adopt(DenseWeight, null, removed);
        Set(pruned.to(this.pruned!.Tensor.device).logical_and(this.pruned.Tensor.logical_not()));
    }

    /// <summary>After an optimizer step: masks if the step wrote into the weight.</summary>
    internal void AfterStep()
    {
        ApplyIfChanged();

        // Whatever writes next needs gradients, and gradients need a call that sets this again.
        mayHaveChanged = false;
    }

    /// <summary>Masks if libtorch has counted a write into the weight since the last time.</summary>
    internal bool ApplyIfChanged()
    {
        if (pruned is null || weight.Parameter is not { } current || !HasChanged(current))
        {
            return false;
        }

        Fill(current);
        return true;
    }

    private static void RequireShape(Tensor pruned, Tensor weight)
    {
        if (!pruned.shape.AsSpan().SequenceEqual(weight.shape))
        {
            throw new ArgumentException(
                $"The mask has the shape [{string.Join(", ", pruned.shape)}], the weight [{string.Join(", ", weight.shape)}]; they must be equal.",
                nameof(pruned));
        }
    }

    /// <summary>Holds from now on copies of what single numbers and whole units ask for.</summary>
    private void Adopt(Parameter weight, Tensor? chosen, IReadOnlyDictionary<object, IReadOnlyDictionary<int, bool[]>> removed)
    {
        using (no_grad())
        using (NewDisposeScope())
        {
            var own = chosen?.detach().to(weight.device).clone();
            var united = own;
            foreach (var (dim, units) in removed.Values.SelectMany(static units => units))
            {
                var shape = Enumerable.Repeat(1L, (int)weight.dim()).ToArray();
                shape[dim] = units.Length;
                var flags = tensor(units, device: weight.device).reshape(shape);
                united = united is null ? flags.expand(weight.shape).clone() : united.logical_or(flags);
            }

            var count = united?.sum().to(ScalarType.Int64).item<long>() ?? 0;
            pruned?.Dispose();
            this.chosen?.Dispose();
            (pruned, PrunedCount, this.removed) = (count == 0 ? null : new(united!.DetachFromDisposeScope()), count, removed);
            this.chosen = removed.Count == 0 ? null : own?.DetachFromDisposeScope();
        }

        if (PrunedCount == 0)
        {
            Clear();
            return;
        }

        Hook();
        Fill(weight);
    }

    private void BeforeCall()
    {
        if (is_grad_enabled())
        {
            ApplyIfChanged();
            mayHaveChanged = true;
        }
        else if (mayHaveChanged && ApplyIfChanged())
        {
            // Not cleared where nothing has changed yet: the step of that graph may still come.
            mayHaveChanged = false;
        }
    }

    /// <summary>
    /// Adds only the hooks that are missing: a mask that changes inside a call must not touch the list that the call is going through.
    /// </summary>
    private void Hook() => unhook.AddRange(users.Skip(unhook.Count).Select(user => user.BeforeCall(BeforeCall)).ToArray());

    private bool HasChanged(Parameter current) => !ReferenceEquals(current, masked) || Aten.Version(current) != maskedVersion;

    private bool IsViolated(Parameter current)
    {
        using var scope = NewDisposeScope();
        using var gradientsOff = no_grad();
        return (current.detach().ne(0) & OnDeviceOf(current)).any().item<bool>();
    }

    private void Fill(Parameter current)
    {
        using var scope = NewDisposeScope();
        using var gradientsOff = no_grad();
        current.masked_fill_(OnDeviceOf(current), 0);
        (masked, maskedVersion) = (current, Aten.Version(current));
    }

    private Tensor OnDeviceOf(Parameter current)
    {
        var here = pruned!.Tensor;
        RequireShape(here, current);
        if (Aten.AreOnOneDevice(here, current))
        {
            return here;
        }

        pruned = new(here.to(current.device).DetachFromDisposeScope());
        here.Dispose();
        return pruned.Tensor;
    }
}
