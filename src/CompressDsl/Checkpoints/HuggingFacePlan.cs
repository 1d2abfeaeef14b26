using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>How the tensors of a folder meet those of a module: what belongs to what, and what does not fit.</summary>
internal sealed class HuggingFacePlan
{
    // Computed from the config by every version that could read them; saved by older ones.
    private static readonly string[] KnownBuffers = ["rotary_emb.inv_freq", "attn.bias", "attn.masked_bias", "position_ids"];

    private readonly HuggingFaceFolder folder;

    private HuggingFacePlan(HuggingFaceFolder folder, IReadOnlyList<Pair> pairs) => (this.folder, Pairs) = (folder, pairs);

    /// <summary>The tensors of the module that the folder has, each with its places there: more than one where tied weights are saved twice.</summary>
    internal IReadOnlyList<Pair> Pairs { get; }

    /// <summary>Compares names, shapes and dtypes.</summary>
    /// <exception cref="CheckpointMismatchException">They do not fit; every misfit is listed.</exception>
    internal static HuggingFacePlan Of(HuggingFaceFolder folder, nn.Module module, HuggingFaceLayout layout)
    {
        Pair[] pairs = [.. StateTensor.Of(module).Select(state =>
            new Pair(state, [.. state.Names.Select(layout.Find).Distinct().Where(place => folder.Tensors.ContainsKey(place.Name))]))];
        var places = pairs.SelectMany(static pair => pair.Places).Select(static place => place.Name).ToHashSet(StringComparer.Ordinal);
        string[] problems =
        [
            .. pairs.Where(static pair => pair.Places is []).Select(pair => Missing(pair.State.Name, layout.Find(pair.State.Name).Name)),
            .. folder.Tensors.Values.Where(tensor => !places.Contains(tensor.Name) && !IsKnownBuffer(tensor.Name) && !layout.Carries(tensor.Name))
                .Select(static tensor => $"unexpected: {tensor}, which the folder has and the model does not"),
            .. pairs.SelectMany(pair => pair.Places, (pair, place) => Misfit(folder.Tensors[place.Name], place, pair.State)).OfType<string>(),
            .. pairs.SelectMany(pair => pair.Places.Skip(1).Where(other => !HoldTheSame(folder, pair.Places[0], other)), static (pair, other) =>
                $"tied: {pair.Places[0].Name} and {other.Name} are one tensor in the model, but differ in the folder"),
        ];
        return problems is [] ? new(folder, pairs) : throw new CheckpointMismatchException(folder.Path, problems);
    }

    /// <summary>Copies every value into the module, converted to its dtypes and device.</summary>
    internal void Copy()
    {
        foreach (var (state, places) in Pairs)
        {
            using var scope = NewDisposeScope();
            state.Tensor.copy_(Read(folder, places[0]));
            state.Mask?.Apply();
        }
    }

    /// <summary>What a file of the folder holds when the module's values take the place of the folder's, dtype for dtype.</summary>
    internal IEnumerable<TensorSource> Sources(SafeTensorsFile file)
    {
        var owners = Pairs.SelectMany(static pair => pair.Places, static (pair, place) => (pair.State, place)).ToDictionary(static owner => owner.place.Name);
        foreach (var info in file.Tensors.Values)
        {
            var dtype = SafeTensorsDtype.Find(info.Dtype)!;
            yield return new(info.Name, dtype, info.Shape, owners.TryGetValue(info.Name, out var owner)
                ? () => Convert(owner.State, owner.place, dtype.ScalarType!.Value)
                : () => file.Read(info.Name));
        }
    }

    private static Tensor Convert(StateTensor state, StoredAs place, ScalarType type)
    {
        using var gradientsOff = no_grad();
        state.Mask?.Apply();
        var values = state.Tensor.detach().to(type);
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

    private static string? Misfit(SafeTensorInfo stored, StoredAs place, StateTensor own)
    {
        var shape = own.Tensor.shape;
        if (place.IsTransposed)
        {
            Array.Reverse(shape);
        }

        if (!stored.Shape.SequenceEqual(shape))
        {
            return $"shape: {stored} in the folder, [{string.Join(", ", shape)}] by the config";
        }

        // Between floating-point types a conversion rounds; between others it would change what the values mean.
        var type = SafeTensorsDtype.Find(stored.Dtype)!.ScalarType;
        var fits = type == own.Tensor.dtype || (type is { } known && is_floating_point(known) && is_floating_point(own.Tensor.dtype));
        return fits ? null : $"dtype: {stored} in the folder, {own.Tensor.dtype} in the model; F32, F16 and BF16 can be read";
    }

    /// <summary>A tensor of the module and its places in the folder.</summary>
    internal sealed record Pair(StateTensor State, IReadOnlyList<StoredAs> Places);
}
