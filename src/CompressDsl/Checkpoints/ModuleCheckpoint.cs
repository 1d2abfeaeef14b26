using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Saves a model to a safetensors file and loads it back, masks and all.</summary>
/// <remarks>
/// <para>The mask of a pruned weight is stored beside it as <c>{weight}.mask</c>, one bit a number; see <see cref="MaskBits"/>.</para>
/// <para>Where <see cref="SavedWeights.Compact"/> was asked for, <c>fc.weight</c> is <c>fc.shape</c>, <c>fc.compressed</c>, <c>fc.bitmask</c> and, in sparse-bitmask,
/// <c>fc.row_offsets</c>, as compressed-tensors names them; the header's metadata says the layout under <c>fc.weight</c>. A mask that keeps just the numbers that are
/// stored is the bitmask itself; the metadata says so under <c>fc.weight.mask</c>.</para>
/// </remarks>
public static class ModuleCheckpoint
{
    /// <summary>
    /// Saves every parameter and persistent buffer under its <c>state_dict</c> name, the mask of every pruned weight, and what is masked or gone of heads, channels
    /// and blocks, all or nothing.
    /// </summary>
    /// <param name="module">The model.</param>
    /// <param name="path">The file; an old one is replaced only when the new one is complete.</param>
    /// <param name="metadata">Free text for the header. <c>format</c> is <c>pt</c> unless it is given, as other readers expect of PyTorch's
    /// layouts.</param>
    /// <param name="weights">How the weights of layers in compact storage are written.</param>
    /// <returns>The size on disk and the number of tensors. A tensor under several names (tied weights) is stored once, under the first; the header's
    /// metadata maps the others to it.</returns>
    /// <exception cref="ArgumentException">A tensor is of a dtype that the format does not know.</exception>
    public static SavedCheckpoint Save(
        this nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null, SavedWeights weights = SavedWeights.Dense)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var scope = NewDisposeScope();
        using var gradientsOff = no_grad();
        var contents = CheckpointContents.Of(module, weights, metadata);
        return new(path, SafeTensors.WriteSources(path, contents.Tensors, contents.Metadata), contents.Tensors.Count, contents.CompactWeights);
    }

    /// <summary>
    /// Copies a file's tensors into the model's own, converted to their device and, among floating-point types, to their dtype.
    /// Every name, shape, dtype and mask, and all bits of compressed weights, are checked before the first value is copied.
    /// </summary>
    /// <remarks>
    /// A weight that the file has in a layout of compressed-tensors (sparse-bitmask or sparse-24-bitmask, ours or another program's) is decompressed; it needs no
    /// <see cref="SparseLinear"/>. A layer in compact storage stays so and takes what is loaded, compressed or not, into that.
    /// </remarks>
    /// <param name="module">
    /// The model; its parameters stay the same objects. Where the file has a mask, it is set and holds from now on; where it has none, a mask that the model has goes on
    /// to hold. The zeros of a compressed weight are a mask where the header says so, as ours does of a pruned weight; other programs' are zeros, which <c>MaskZeros()</c>
    /// makes a mask. Where the file is of a model that was shrunk, and this one is as it was made, it is shrunk in the same way first: make optimizers afterwards.
    /// </param>
    /// <param name="path">A safetensors file.</param>
    /// <param name="strict">Whether a name that only the model or only the file has is an error; if not, it is skipped and reported.
    /// A shape, dtype or mask that does not fit is an error either way.</param>
    /// <returns>What was loaded and what was skipped.</returns>
    /// <exception cref="CheckpointMismatchException">The file does not fit the model; every misfit is listed.</exception>
    /// <exception cref="SafeTensorsException">The file is malformed.</exception>
    public static LoadedCheckpoint Load(this nn.Module module, string path, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        using var file = SafeTensorsFile.Open(path);
        var replay = StructureReplay.Of(module, file);
        var plan = CheckpointPlan.Of(module, file, replay.Plan?.Preview);
        string[] problems = [.. replay.Problems, .. plan.Problems(strict)];
        if (problems.Length > 0)
        {
            throw new CheckpointMismatchException(path, problems);
        }

        if (replay.Plan is not null)
        {
            replay.Plan.Commit();
            plan = CheckpointPlan.Of(module, file);
        }

        replay.Mask();
        plan.Copy();
        return new(
            path,
            [.. plan.Loads.SelectMany(static load => load.State.Names)],
            [.. plan.Loads.Where(static load => load.Masks is not []).Select(static load => load.State.Name)],
            plan.Missing,
            plan.Unexpected,
            file.Metadata);
    }
}
