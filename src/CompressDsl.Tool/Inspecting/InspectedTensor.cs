namespace CompressDsl.Tool.Inspecting;

/// <summary>What was found in one tensor.</summary>
/// <param name="Name">Its name in the model.</param>
/// <param name="Type">The type of its numbers, as safetensors calls it.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Layout">How it is stored: <c>dense</c>, <c>sparse-bitmask</c> or <c>sparse-24-bitmask</c>.</param>
/// <param name="Numbers">How many numbers it has.</param>
/// <param name="StoredBytes">The bytes that it takes in the file, mask and all parts.</param>
/// <param name="Bytes">What it would take in each storage.</param>
internal sealed record InspectedTensor(string Name, string Type, IReadOnlyList<long> Shape, string Layout, long Numbers, long StoredBytes, StorageSizes Bytes)
{
    /// <summary>How many numbers are zero; null where TorchSharp has no such type.</summary>
    public long? Zeros { get; init; }

    /// <summary>The fraction that is zero, in [0, 1].</summary>
    public double? Sparsity => Zeros is { } zeros ? (Numbers == 0 ? 0 : (double)zeros / Numbers) : null;

    /// <summary>What the zeros keep to, see <see cref="ZeroPattern"/>; null for a tensor of fewer than two dimensions.</summary>
    public string? Pattern { get; init; }

    /// <summary>How many outputs have nothing but zeros; null for a tensor of fewer than two dimensions.</summary>
    public long? DeadRows { get; init; }

    /// <summary>How many inputs, of convolutions input channels, have nothing but zeros; null for a tensor of fewer than two dimensions.</summary>
    public long? DeadColumns { get; init; }

    /// <summary>The fraction that its mask prunes, in [0, 1]; null where it has none.</summary>
    public double? Masked { get; init; }
}
