using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Saves a model to a safetensors file and loads it back, masks and all.</summary>
/// <remarks>The mask of a pruned weight is stored beside it as <c>{weight}.mask</c>, one bit a number; see <see cref="MaskBits"/>.</remarks>
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
    /// <returns>The size on disk and the number of tensors. A tensor under several names (tied weights) is stored once, under the first; the header's
    /// metadata maps the others to it.</returns>
    public static SavedCheckpoint Save(this nn.Module module, string path, IReadOnlyDictionary<string, string>? metadata = null)
    {
        ArgumentNullException.ThrowIfNull(module);
        using var scope = NewDisposeScope();
        using var contents = CheckpointContents.Of(module, metadata);
        return new(path, SafeTensors.Write(path, contents.Tensors, contents.Metadata), contents.Tensors.Count);
    }

    /// <summary>
    /// Copies a file's tensors into the model's own, converted to their device and, among floating-point types, to their dtype.
    /// Every name, shape, dtype and mask is checked before the first value is copied.
    /// </summary>
    /// <param name="module">
    /// The model; its parameters stay the same objects. Where the file has a mask, it is set and holds from now on; where it has none, a mask that the model has goes on
    /// to hold. Where the file is of a model that was shrunk, and this one is as it was made, it is shrunk in the same way first: make optimizers afterwards.
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
            [.. plan.Loads.Where(static load => load.Mask is not null).Select(static load => load.State.Name)],
            plan.Missing,
            plan.Unexpected,
            file.Metadata);
    }
}
