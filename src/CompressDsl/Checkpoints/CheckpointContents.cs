using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What the checkpoint of a model holds: parameters, buffers and masks by name, and the metadata. It owns the packed masks alone.</summary>
internal sealed class CheckpointContents : IDisposable
{
    private readonly List<Tensor> masks = [];

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
    internal List<KeyValuePair<string, Tensor>> Tensors { get; } = [];

    /// <summary>
    /// The caller's metadata, the format, what is gone or masked of structure, and for every further name of a tied weight the name it is stored under.
    /// </summary>
    internal Dictionary<string, string> Metadata { get; }

    /// <summary>The size in bytes of the file that a save would write now.</summary>
    internal long Bytes => SafeTensors.Size(Tensors, Metadata);

    /// <summary>Collects the state of a model, with every mask applied.</summary>
    internal static CheckpointContents Of(nn.Module module, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var contents = new CheckpointContents(StateTensor.Of(module), StructureRecord.Of(module), metadata);
        foreach (var state in contents.State)
        {
            contents.Tensors.Add(new(state.Name, state.Tensor));
            foreach (var alias in state.Names.Skip(1))
            {
                contents.Metadata[alias] = state.Name;
            }

            if (state.Mask is { IsDense: false } mask)
            {
                mask.Apply();
                using var pruned = mask.Pruned;
                var packed = MaskBits.Pack(pruned).DetachFromDisposeScope();
                contents.masks.Add(packed);
                contents.Tensors.Add(new(state.MaskName, packed));
            }
        }

        return contents;
    }

    /// <summary>Lets go of the packed masks.</summary>
    public void Dispose() => masks.ForEach(static mask => mask.Dispose());
}
