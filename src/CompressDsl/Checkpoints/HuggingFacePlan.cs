using System.Text.Json;
using System.Text.Json.Nodes;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>How the tensors of a folder meet those of a module: what belongs to what, and what does not fit.</summary>
internal sealed class HuggingFacePlan
{
    // Computed from the config by every version that could read them; saved by older ones.
    private static readonly string[] KnownBuffers = ["rotary_emb.inv_freq", "attn.bias", "attn.masked_bias", "position_ids"];

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly HuggingFaceFolder folder;
    private readonly HuggingFaceShape? shape;

    private HuggingFacePlan(HuggingFaceFolder folder, IReadOnlyList<Pair> pairs, HuggingFaceShape? shape = null) => (this.folder, Pairs, this.shape) = (folder, pairs, shape);

    /// <summary>The tensors of the module that the folder has, each with its places there: more than one where tied weights are saved twice.</summary>
    internal IReadOnlyList<Pair> Pairs { get; }

    /// <summary>Compares names, shapes and dtypes.</summary>
    /// <exception cref="CheckpointMismatchException">They do not fit; every misfit is listed.</exception>
    internal static HuggingFacePlan Of(HuggingFaceFolder folder, nn.Module module, HuggingFaceLayout layout)
    {
        var pairs = Meet(folder, StateTensor.Of(module), layout);
        string[] problems =
        [
            .. Unmet(folder, pairs, layout, static _ => false),
            .. pairs.SelectMany(pair => Misfits(folder, pair)),
        ];
        return problems is [] ? new(folder, pairs) : throw new CheckpointMismatchException(folder.Path, problems);
    }

    /// <summary>For a module that was shrunk, or is about to be: compares names, and the shapes with what a config can say.</summary>
    /// <param name="folder">The folder that the module was read from, as it was made.</param>
    /// <param name="module">The module.</param>
    /// <param name="layout">How the names meet.</param>
    /// <param name="shrink">The shrink to come; null where it has been. Such a plan can only be asked for its config.</param>
    /// <exception cref="CheckpointMismatchException">The names do not fit; every misfit is listed.</exception>
    /// <exception cref="InvalidOperationException">The config cannot express the shape; every reason is listed.</exception>
    internal static HuggingFacePlan OfShrunk(HuggingFaceFolder folder, nn.Module module, HuggingFaceLayout layout, ShrinkPreview? shrink = null)
    {
        var pairs = Meet(folder, StateTensor.Of(module, shrink), layout);
        var shape = HuggingFaceShape.Of(folder, [.. pairs.SelectMany(static pair => pair.Places, static (pair, place) => (place.Name, ShapeOf(pair.State, place)))]);
        var plan = new HuggingFacePlan(folder, pairs, shape);
        string[] problems =
        [
            .. Unmet(folder, pairs, layout, shape.IsGone),
            .. plan.Carried.Where(name => shape.HasChanged(name) && plan.SameAs(name) is null)
                .Select(name => $"carried: {folder.Tensors[name]} is no part of the model and has a size that has changed; give the model its layer, or take it out of the folder"),
        ];
        return problems is [] ? plan : throw new CheckpointMismatchException(folder.Path, problems);
    }

    /// <summary>Copies every value into the module, converted to its dtypes and device.</summary>
    internal void Copy()
    {
        foreach (var (state, places) in Pairs)
        {
            using var scope = NewDisposeScope();
            state.Write(folder.Weights.Stored[places[0].Name], places[0].IsTransposed);
            state.Mask?.Apply();
        }
    }

    /// <summary>What a file of the folder holds when the module's values take the place of the folder's, dtype for dtype.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="compact">The weights that are compressed there.</param>
    internal IEnumerable<TensorSource> Sources(string file, HuggingFaceCompact compact) => folder.Weights.Stored.Values
        .Where(stored => folder.Weights.FileOf(stored) == file && shape?.IsGone(stored.Name) != true)
        .SelectMany(stored => Sources(stored, compact));

    /// <summary>The new config; null where it is the old one.</summary>
    /// <param name="compact">The weights that are compressed in the new folder.</param>
    internal string? Config(HuggingFaceCompact compact)
    {
        if (shape is null && compact.Format is null && folder.Weights.Format is null)
        {
            return null;
        }

        var json = JsonObject.Create(folder.Config.Json)!;
        shape?.Write(json);
        if (compact.Format is { } format)
        {
            HuggingFaceSparsity.Write(json, format, compact.Layers);
        }
        else if (folder.Weights.Format is not null)
        {
            HuggingFaceSparsity.Remove(json);
        }

        return json.ToJsonString(Indented) + "\n";
    }

    private IEnumerable<TensorSource> Sources(StoredTensor stored, HuggingFaceCompact compact)
    {
        var dtype = SafeTensorsDtype.Find(stored.Info.Dtype)!;
        if (compact.Weights.TryGetValue(stored.Name, out var weight))
        {
            return CompressedParts.Of(stored.Name, weight, dtype.ScalarType!.Value);
        }

        return Find(stored.Name) is { } owner
            ? [new(stored.Name, dtype, ShapeOf(owner.State, owner.Place), () => Convert(owner.State, owner.Place, dtype.ScalarType!.Value))]
            : [new(stored.Name, dtype, stored.Info.Shape, stored.Read)];
    }

    /// <summary>The tensors of the folder that are no part of the module and stay.</summary>
    private IEnumerable<string> Carried => folder.Tensors.Keys.Where(name => !Owners.ContainsKey(name) && shape?.IsGone(name) != true);

    private Dictionary<string, (StateTensor State, StoredAs Place)> Owners => field
        ??= Pairs.SelectMany(static pair => pair.Places, static (pair, place) => (pair.State, place)).ToDictionary(static owner => owner.place.Name);

    /// <summary>The tensor of the module whose values one of the folder has: its own, or for one that was only carried along, and cannot be any more, the one that it is a copy of.</summary>
    private (StateTensor State, StoredAs Place)? Find(string name) =>
        Owners.TryGetValue(name, out var owner) ? owner : shape?.HasChanged(name) == true ? SameAs(name) : null;

    private (StateTensor State, StoredAs Place)? SameAs(string name)
    {
        var info = folder.Tensors[name];
        foreach (var owner in Owners.Values.Where(owner => !owner.Place.IsTransposed && folder.Tensors[owner.Place.Name].Shape.SequenceEqual(info.Shape)))
        {
            if (HoldTheSame(folder, owner.Place, new(name)))
            {
                return owner;
            }
        }

        return null;
    }

    private static Pair[] Meet(HuggingFaceFolder folder, IEnumerable<StateTensor> states, HuggingFaceLayout layout) =>
        [.. states.Select(state => new Pair(state, [.. state.Names.Select(layout.Find).Distinct().Where(place => folder.Tensors.ContainsKey(place.Name))]))];

    private static IEnumerable<string> Unmet(HuggingFaceFolder folder, Pair[] pairs, HuggingFaceLayout layout, Func<string, bool> isGone)
    {
        var places = pairs.SelectMany(static pair => pair.Places).Select(static place => place.Name).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. pairs.Where(static pair => pair.Places is []).Select(pair => Missing(pair.State.Name, layout.Find(pair.State.Name).Name)),
            .. folder.Tensors.Values
                .Where(tensor => !places.Contains(tensor.Name) && !IsKnownBuffer(tensor.Name) && !layout.Carries(tensor.Name) && !isGone(tensor.Name))
                .Select(static tensor => $"unexpected: {tensor}, which the folder has and the model does not"),
        ];
    }

    private static long[] ShapeOf(StateTensor state, StoredAs place) => place.IsTransposed ? [.. state.Shape.Reverse()] : state.Shape;

    private static Tensor Convert(StateTensor state, StoredAs place, ScalarType type)
    {
        using var gradientsOff = no_grad();
        state.Mask?.Apply();
        var values = state.Read().detach().to(type);
        return place.IsTransposed ? values.t() : values;
    }

    private static Tensor Read(HuggingFaceFolder folder, StoredAs place)
    {
        var stored = folder.Read(place.Name);
        return place.IsTransposed ? stored.t() : stored;
    }

    private static bool HoldTheSame(HuggingFaceFolder folder, StoredAs one, StoredAs other)
    {
        using var scope = NewDisposeScope();
        return Read(folder, one).Equals(Read(folder, other));
    }

    private static bool IsKnownBuffer(string name) =>
        Array.Exists(KnownBuffers, buffer => name == buffer || name.EndsWith("." + buffer, StringComparison.Ordinal));

    private static string Missing(string name, string there) =>
        $"missing: {name}, which the model has and the folder does not{(there == name ? "" : $" (it would be {there} there)")}";

    private static IEnumerable<string> Misfits(HuggingFaceFolder folder, Pair pair)
    {
        string[] misfits =
        [
            .. pair.Places
                .Select(place => (Place: place, Stored: folder.Weights.Stored[place.Name]))
                .Select(found => found.Stored.Fault() ?? Misfit(found.Stored.Info, found.Place, pair.State) ?? pair.State.Refuse(found.Stored, found.Place.IsTransposed))
                .OfType<string>(),
        ];
        return misfits is not [] ? misfits : pair.Places.Skip(1).Where(other => !HoldTheSame(folder, pair.Places[0], other))
            .Select(other => $"tied: {pair.Places[0].Name} and {other.Name} are one tensor in the model, but differ in the folder");
    }

    private static string? Misfit(SafeTensorInfo stored, StoredAs place, StateTensor own)
    {
        var shape = ShapeOf(own, place);
        if (!stored.Shape.SequenceEqual(shape))
        {
            return $"shape: {stored} in the folder, [{string.Join(", ", shape)}] by the config";
        }

        // Between floating-point types a conversion rounds; between others it would change what the values mean.
        var type = SafeTensorsDtype.Find(stored.Dtype)!.ScalarType;
        var fits = type == own.Type || (type is { } known && is_floating_point(known) && is_floating_point(own.Type));
        return fits ? null : $"dtype: {stored} in the folder, {own.Type} in the model; F32, F16 and BF16 can be read";
    }

    /// <summary>A tensor of the module and its places in the folder.</summary>
    internal sealed record Pair(StateTensor State, IReadOnlyList<StoredAs> Places);
}
