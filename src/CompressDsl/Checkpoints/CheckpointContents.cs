using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What the checkpoint of a model holds: parameters, buffers and masks by name, and the metadata.</summary>
internal sealed class CheckpointContents
{
    private CheckpointContents(IReadOnlyList<StateTensor> state, StructureRecord? structure, IReadOnlyDictionary<string, string>? metadata)
    {
        State = state;
        Metadata = new(metadata ?? new Dictionary<string, string>(), StringComparer.Ordinal);
        Metadata.TryAdd("format", "pt");
        if (structure is not null)
        {
            Metadata[StructureRecord.Key] = structure.Write();
        }
    }

    /// <summary>The model's parameters and buffers.</summary>
    internal IReadOnlyList<StateTensor> State { get; }

    /// <summary>The tensors to store; each pruned weight is followed by its mask.</summary>
    internal List<TensorSource> Tensors { get; } = [];

    /// <summary>
    /// The caller's metadata, the format, what is gone or masked of structure; for every further name of a tied weight the name it is stored under, for every
    /// compressed weight the layout, and for a mask that is not stored twice the bits that it is.
    /// </summary>
    internal Dictionary<string, string> Metadata { get; }

    /// <summary>How many weights are stored in a compact layout.</summary>
    internal int CompactWeights { get; private set; }

    /// <summary>The size in bytes of the file that a save would write now.</summary>
    internal long Bytes => SafeTensors.SizeOfSources(Tensors, Metadata);

    /// <summary>Collects the state of a model, with every mask applied. What it makes is in the current dispose scope.</summary>
    internal static CheckpointContents Of(nn.Module module, SavedWeights weights = SavedWeights.Dense, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var contents = new CheckpointContents(StateTensor.Of(module), StructureRecord.Of(module), metadata);
        foreach (var state in contents.State)
        {
            state.Mask?.Apply();
            var compressed = weights == SavedWeights.Compact ? state.Storage?.ToCompressed() : null;
            contents.AddValues(state, compressed);
            contents.AddMask(state, compressed);
        }

        return contents;
    }

    private void AddValues(StateTensor state, CompressedWeight? compressed)
    {
        foreach (var alias in state.Names.Skip(1))
        {
            Metadata[alias] = state.Name;
        }

        if (compressed is null)
        {
            Tensors.Add(state.Tensor is { } tensor ? SafeTensors.Source(state.Name, tensor) : new(state.Name, SafeTensorsDtype.Of(state.Type), state.Shape, state.Read));
            return;
        }

        Tensors.AddRange(CompressedParts.Of(state.Name, compressed, state.Type));
        Metadata[state.Name] = compressed.Format.Name();
        CompactWeights++;
    }

    private void AddMask(StateTensor state, CompressedWeight? compressed)
    {
        if (state.Mask is not { IsDense: false } mask)
        {
            return;
        }

        using var kept = compressed is null ? null : mask.Kept;
        if (kept is not null && compressed!.Stores(kept))
        {
            Metadata[state.MaskName] = CompressedParts.NameOf(state.Name, CompressedParts.Bits);
        }
        else
        {
            Tensors.Add(new(state.MaskName, SafeTensorsDtype.Of(ScalarType.Byte), [(state.Count + 7) / 8], () => MaskBits.Pack(mask.Pruned)));
        }
    }
}
