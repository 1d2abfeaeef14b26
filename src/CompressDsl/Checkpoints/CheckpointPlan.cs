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
            .Select(tensor => new Load(
                tensor,
                [.. tensor.Names.Where(file.Tensors.ContainsKey)],
                tensor.Mask is null ? null : tensor.Names.Select(StateTensor.MaskNameOf).FirstOrDefault(foreign.Contains)))
            .Where(static load => load.Stored is not [])];
        var loaded = loads.Select(static load => load.State).ToHashSet();
        return new(
            file,
            loads,
            [.. state.Where(tensor => !loaded.Contains(tensor)).Select(static tensor => tensor.Name)],
            [.. foreign.Except(loads.Select(static load => load.Mask).OfType<string>())]);
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
            problems.AddRange(load.Stored.Select(name => Misfit(file.Tensors[name], load.State)).OfType<string>());
            problems.AddRange(load.Stored.Skip(1).Where(name => !HoldsTheSame(load.Stored[0], name))
                .Select(name => $"tied: {load.Stored[0]} and {name} are one tensor in the model, but differ in the file"));
            if (MaskMisfit(load) is { } misfit)
            {
                problems.Add(misfit);
            }
        }

        return problems;
    }

    /// <summary>Copies every value, then sets every mask.</summary>
    internal void Copy()
    {
        foreach (var load in Loads)
        {
            using var step = NewDisposeScope();
            load.State.Tensor.copy_(file.Read(load.Stored[0]));
            if (load.Mask is not null && ReadMask(load) is var pruned && !IsSet(load, pruned))
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

        var own = state.Tensor;

        // Between floating-point types a conversion rounds; between others it would change what the values mean.
        var type = SafeTensorsDtype.Find(stored.Dtype)!.ScalarType;
        var fits = type == own.dtype || (type is { } known && is_floating_point(known) && is_floating_point(own.dtype));
        return fits ? null : $"dtype: {stored} in the file, {own.dtype} in the model";
    }

    private string? MaskMisfit(Load load)
    {
        if (load.Mask is null)
        {
            return null;
        }

        using var scope = NewDisposeScope();
        try
        {
            return IsSet(load, ReadMask(load)) || load.State.Weight!.Parameter is not null
                ? null
                : $"mask: {load.Mask} is another than the model's, whose weight is in compact storage; call Densify() before the load";
        }
        catch (ArgumentException wrong)
        {
            return $"mask: {file.Tensors[load.Mask]}: {wrong.Message}";
        }
    }

    private Tensor ReadMask(Load load) => MaskBits.Unpack(file.Read(load.Mask!), load.State.Shape);

    private static bool IsSet(Load load, Tensor pruned)
    {
        var mask = load.State.Mask!;
        return !mask.IsDense && load.State.Shape.SequenceEqual(load.State.Tensor.shape) && mask.Pruned.cpu().eq(pruned).all().item<bool>();
    }

    private bool HoldsTheSame(string first, string second)
    {
        using var scope = NewDisposeScope();
        var one = file.Read(first);
        var other = file.Read(second);
        return one.dtype == other.dtype
            && one.shape.SequenceEqual(other.shape)
            && one.eq(other).logical_or_(one.ne(one).logical_and_(other.ne(other))).all().item<bool>(); // NaN equals NaN here
    }

    /// <summary>A tensor of the model, the names that the file has for it, and the name of its mask in the file.</summary>
    internal sealed record Load(StateTensor State, IReadOnlyList<string> Stored, string? Mask);
}
