using System.Text.Json;
using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// What a checkpoint says of structure, as JSON in its metadata: what shrinks have taken away since the model was made, and what is masked. Everything is named by
/// its path in the model as it is saved.
/// </summary>
internal sealed record StructureRecord
{
    /// <summary>The key in the metadata.</summary>
    public const string Key = "compressdsl.structure";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>What is left of tensors that have lost channels.</summary>
    public IReadOnlyList<TensorLeft> Tensors { get; init; } = [];

    /// <summary>What is left of lists that have lost blocks.</summary>
    public IReadOnlyList<BlocksLeft> Blocks { get; init; } = [];

    /// <summary>What counts of heads and channels are now.</summary>
    public IReadOnlyList<CountLeft> Counts { get; init; } = [];

    /// <summary>What is masked of groups of channels and heads.</summary>
    public IReadOnlyList<MaskedGroup> MaskedGroups { get; init; } = [];

    /// <summary>Which blocks are masked.</summary>
    public IReadOnlyList<MaskedList> MaskedLists { get; init; } = [];

    /// <summary>Whether anything is gone for good.</summary>
    [JsonIgnore]
    public bool IsShrunk => Tensors.Count + Blocks.Count + Counts.Count > 0;

    /// <summary>Whether anything is masked.</summary>
    [JsonIgnore]
    public bool IsMasked => MaskedGroups.Count + MaskedLists.Count > 0;

    /// <summary>What is to be said of a model; null where it is nothing.</summary>
    public static StructureRecord? Of(nn.Module root)
    {
        var modules = root.named_modules().Prepend((name: "", module: root)).DistinctBy(static named => named.module).ToArray();
        var paths = modules.ToDictionary(static named => named.module, static named => named.name);
        var compressions = StructurePruner.Annotated(root);
        var owners = modules.Select(static named => (object)named.module).Concat(ChannelSlicer.CountOwners(compressions)).Distinct(ReferenceEqualityComparer.Instance);
        var record = new StructureRecord
        {
            Tensors =
            [
                .. modules.SelectMany(static named => ShrinkHistory.TensorsOf(named.module), static (named, left)
                    => new TensorLeft(named.name, left.Key.Tensor, left.Key.Dim, left.Value.Count, Runs.Of(left.Value.Indices))),
            ],
            Blocks =
            [
                .. modules.Select(static named => (named.name, Left: ShrinkHistory.BlocksOf(named.module))).Where(static list => list.Left is not null)
                    .Select(static list => new BlocksLeft(list.name, list.Left!.Count, Runs.Of(list.Left.Indices))),
            ],
            Counts =
            [
                .. owners.SelectMany(static owner => ShrinkHistory.CountsOf(owner!), (owner, count) => owner is nn.Module module
                    ? new CountLeft(paths[module], null, count.Key, count.Value)
                    : new CountLeft(null, owner!.GetType().FullName, count.Key, count.Value)),
            ],
            MaskedGroups =
            [
                .. compressions.SelectMany(static compression => compression.KnownChannelMap?.Masked ?? [], (compression, masked)
                    => MaskedGroup.Of(paths, compression.Module, masked.Site, masked.Group)).OfType<MaskedGroup>(),
            ],
            MaskedLists =
            [
                .. compressions.SelectMany(static compression => compression.LayerLists.Where(static list => list.Removed.Count > 0), (compression, list)
                    => new MaskedList(paths[compression.Module], list.Name, list.Count, [.. list.Removed])),
            ],
        };
        return record.IsShrunk || record.IsMasked ? record : null;
    }

    /// <summary>What a file says; an empty record where it says nothing.</summary>
    /// <exception cref="SafeTensorsException">What it says is malformed.</exception>
    public static StructureRecord Read(SafeTensorsFile file)
    {
        if (!file.Metadata.TryGetValue(Key, out var text))
        {
            return new();
        }

        try
        {
            return JsonSerializer.Deserialize<StructureRecord>(text, Json) ?? throw new JsonException("it is null");
        }
        catch (JsonException malformed)
        {
            throw new SafeTensorsException(file.Path, $"\"{Key}\" in its metadata cannot be read: {malformed.Message}");
        }
    }

    /// <summary>As it stands in the metadata.</summary>
    public string Write() => JsonSerializer.Serialize(this, Json);
}

/// <summary>What is left along a dimension of a tensor.</summary>
/// <param name="Module">The path of the module that holds it.</param>
/// <param name="Tensor">Its name there.</param>
/// <param name="Dim">The dimension.</param>
/// <param name="Count">How many indices there were.</param>
/// <param name="Kept">Which are left: runs [first, length].</param>
internal sealed record TensorLeft(string Module, string Tensor, int Dim, int Count, int[][] Kept);

/// <summary>What is left of a list of blocks.</summary>
/// <param name="Module">The path of the list.</param>
/// <param name="Count">How many blocks there were.</param>
/// <param name="Kept">Which are left: runs [first, length].</param>
internal sealed record BlocksLeft(string Module, int Count, int[][] Kept);

/// <summary>What a shrink has set a count to.</summary>
/// <param name="Module">The path of the module whose member it is; null for another object's.</param>
/// <param name="Type">The type of another object; null for a module.</param>
/// <param name="Name">The member.</param>
/// <param name="Value">What it holds.</param>
internal sealed record CountLeft(string? Module, string? Type, string Name, long Value);

/// <summary>Masked blocks.</summary>
/// <param name="Module">The path of the annotated module.</param>
/// <param name="Site">The annotated member.</param>
/// <param name="Count">How many blocks there are.</param>
/// <param name="Removed">Those that are masked.</param>
internal sealed record MaskedList(string Module, string Site, int Count, int[] Removed);

/// <summary>Masked channels or heads.</summary>
/// <param name="Module">The path of the annotated module.</param>
/// <param name="Site">Its site.</param>
/// <param name="Owner">The path of a module that holds a tensor of the group.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="Dim">Along which dimension.</param>
/// <param name="Count">How many units the group has.</param>
/// <param name="Removed">Those that are masked.</param>
internal sealed record MaskedGroup(string Module, string Site, string Owner, string Tensor, int Dim, int Count, int[] Removed)
{
    /// <summary>How a group is named; null where nothing of it is in the model.</summary>
    public static MaskedGroup? Of(IReadOnlyDictionary<nn.Module, string> paths, nn.Module module, StructureSite site, ChannelGroup group)
        => group.Slices.FirstOrDefault(slice => paths.ContainsKey(slice.Owner)) is { } slice
            ? new(paths[module], site.Name, paths[slice.Owner], slice.Parameter, slice.Dim, group.Count, [.. group.Removed])
            : null;
}
