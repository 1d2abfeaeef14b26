using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// How the tensors of a file meet those of a model: what would be loaded where, and what does not fit. Nothing is changed before <see cref="Copy"/>.
/// </summary>
internal sealed class CheckpointPlan
{
    private readonly SafeTensorsFile file;

    private CheckpointPlan(SafeTensorsFile file, IReadOnlyList<Load> loads, IReadOnlyList<string> missing, IReadOnlyList<string> unexpected) =>
        (this.file, Loads, Missing, Unexpected) = (file, loads, missing, unexpected);

    /// <summary>The tensors of the model that the file has.</summary>
    internal IReadOnlyList<Load> Loads { get; }

    /// <summary>Names that only the model has.</summary>
    internal IReadOnlyList<string> Missing { get; }

    /// <summary>Names that only the file has.</summary>
    internal IReadOnlyList<string> Unexpected { get; }

    /// <summary>Compares names; the values stay where they are.</summary>
    /// <param name="module">The model.</param>
    /// <param name="file">The file.</param>
    /// <param name="preview">What a shrink before the load does to the model; null where there is none. Such a plan can only be asked for its problems.</param>
    internal static CheckpointPlan Of(nn.Module module, SafeTensorsFile file, ShrinkPreview? preview = null)
    {
        var state = StateTensor.Of(module, preview);
        var own = state.SelectMany(static tensor => tensor.Names).ToHashSet(StringComparer.Ordinal);

        var foreign = file.Names.Where(name => !own.Contains(name)).ToHashSet(StringComparer.Ordinal);

        // Tied weights are one tensor with several names, and the file may have any of them.
        Load[] loads = [.. state
            .Select(tensor => Load.Of(tensor, file, foreign))
            .Where(static load => load.Stored is not [])];
        var loaded = loads.Select(static load => load.State).ToHashSet();
        var used = loads.SelectMany(static load => load.Stored.SelectMany(static stored => stored.Parts).Concat(load.Masks.Select(static mask => mask.Name)));
        return new(file, loads, [.. state.Where(tensor => !loaded.Contains(tensor)).Select(static tensor => tensor.Name)], [.. foreign.Except(used)]);
    }

    /// <summary>Everything that keeps the file from being loaded, one line each.</summary>
    internal List<string> Problems(bool strict)
    {
        var problems = new List<string>();
        if (strict)
        {
            problems.AddRange(Missing.Select(static name => $"missing: {name}, which the model has and the file does not"));
            problems.AddRange(Unexpected.Select(name => $"unexpected: {file.Tensors[name]}, which the file has and the model does not"));
        }

        foreach (var load in Loads)
        {
            var misfits = load.Stored.Select(stored => stored.Fault() ?? Misfit(stored.Info, load.State) ?? load.State.Refuse(stored)).OfType<string>().ToArray();
            problems.AddRange(misfits is not [] ? misfits : load.Stored.Skip(1).Where(other => !HoldTheSame(load.Stored[0], other))
                .Select(other => $"tied: {load.Stored[0].Name} and {other.Name} are one tensor in the model, but differ in the file"));
            problems.AddRange(misfits is not [] ? [] : load.Masks.Select(mask => MaskMisfit(load, mask)).OfType<string>());
        }

        return problems;
    }

    /// <summary>Copies every value, then sets every mask.</summary>
    internal void Copy()
    {
        foreach (var load in Loads)
        {
            using var step = NewDisposeScope();
            load.State.Write(load.Stored[0]);
            if (load.Masks is [var mask, ..] && mask.Read() is var pruned && !IsSet(load, pruned))
            {
                load.State.Mask!.SetBesideUnits(pruned);
            }
            else
            {
                load.State.Mask?.Apply();
            }
        }
    }

    private static string? Misfit(SafeTensorInfo stored, StateTensor state)
    {
        if (!stored.Shape.SequenceEqual(state.Shape))
        {
            return $"shape: {stored} in the file, [{string.Join(", ", state.Shape)}] in the model";
        }

        // Between floating-point types a conversion rounds; between others it would change what the values mean.
        var type = SafeTensorsDtype.Find(stored.Dtype)!.ScalarType;
        var fits = type == state.Type || (type is { } known && is_floating_point(known) && is_floating_point(state.Type));
        return fits ? null : $"dtype: {stored} in the file, {state.Type} in the model";
    }

    private string? MaskMisfit(Load load, StoredMask mask)
    {
        using var scope = NewDisposeScope();
        try
        {
            var pruned = mask.Read();
            if (mask != load.Masks[0] && !pruned.Equals(load.Masks[0].Read()))
            {
                return $"tied: {load.Masks[0].Name} and {mask.Name} are masks of one tensor in the model, but differ in the file";
            }

            return IsSet(load, pruned) || load.State.Weight!.Parameter is not null
                ? null
                : $"mask: {mask.Name} is another than the model's, whose weight is in compact storage; call Densify() before the load";
        }
        catch (ArgumentException wrong)
        {
            return $"mask: {file.Tensors[mask.Name]}: {wrong.Message}";
        }
    }

    private static bool IsSet(Load load, Tensor pruned)
    {
        var mask = load.State.Mask!;
        return !mask.IsDense && load.State.Shape.SequenceEqual(load.State.ShapeNow) && mask.Pruned.cpu().eq(pruned).all().item<bool>();
    }

    private static bool HoldTheSame(StoredTensor first, StoredTensor second)
    {
        using var scope = NewDisposeScope();
        var (one, other) = (first.Read(), second.Read());
        return one.dtype == other.dtype
            && one.shape.SequenceEqual(other.shape)
            && one.eq(other).logical_or_(one.ne(one).logical_and_(other.ne(other))).all().item<bool>(); // NaN equals NaN here
    }

    /// <summary>A tensor of the model, how the file has it under its names, and its masks there, which are one mask.</summary>
    internal sealed record Load(StateTensor State, IReadOnlyList<StoredTensor> Stored, IReadOnlyList<StoredMask> Masks)
    {
        /// <summary>Finds what a file has for a tensor of the model.</summary>
        /// <param name="state">The tensor.</param>
        /// <param name="file">The file.</param>
        /// <param name="foreign">Names that only the file has.</param>
        internal static Load Of(StateTensor state, SafeTensorsFile file, HashSet<string> foreign)
        {
            StoredTensor[] stored = [.. state.Names.Select(name => StoredTensor.Find(file, name, foreign.Contains)).OfType<StoredTensor>()];
            var masks = state.Names.Select(StateTensor.MaskNameOf)
                .Where(foreign.Contains)
                .Select(name => new StoredMask(name, () => MaskBits.Unpack(file.Read(name), state.Shape)));
            var bits = stored.OfType<CompressedTensor>()
                .Where(weight => file.Metadata.GetValueOrDefault(StateTensor.MaskNameOf(weight.Name)) == weight.Bits)
                .Select(static weight => new StoredMask(weight.Bits, weight.ReadPruned));
            return new(state, stored, state.Mask is null ? [] : [.. masks, .. bits]);
        }
    }

    /// <summary>A mask in a file: the tensor that holds it, and how it is read: bool, the shape of the weight, true where a number goes.</summary>
    internal sealed record StoredMask(string Name, Func<Tensor> Read);
}
