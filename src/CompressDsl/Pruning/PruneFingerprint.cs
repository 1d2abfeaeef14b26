using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Tells one pruning run from another: by weights, rules, options and data.</summary>
internal static class PruneFingerprint
{
    /// <summary>Equal for runs that give the same result.</summary>
    /// <remarks>Batches that are no tensors count by their number alone.</remarks>
    public static string Of(nn.Module root, IReadOnlyList<PruneTask> tasks, PruneOptions options)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{options.CutOff} {options.Damping:R} {options.BlockSize} {options.WandaVariant} {options.Seed} {options.MeasureErrors} {options.BlockByBlock}"));
        Add(options.Allocation is GivenAllocation given
            ? string.Join(' ', given.Sparsities.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}={pair.Value:R}")))
            : options.Allocation.ToString());
        foreach (var task in tasks)
        {
            Add(string.Create(CultureInfo.InvariantCulture, $"{task.Path} {task.Rule} {task.Rule.Sparsity:R} {task.Rule.Criterion} {task.IsWanted}"));
        }

        foreach (var (name, value) in root.state_dict().OrderBy(static pair => pair.Key, StringComparer.Ordinal))
        {
            Add(name);
            AddBytes(value);
        }

        Add(options.Calibration?.Count.ToString(CultureInfo.InvariantCulture) ?? "none");
        foreach (var batch in options.Calibration?.Tensors ?? [])
        {
            AddBytes(batch);
        }

        return Convert.ToHexString(hash.GetHashAndReset());

        void Add(string text) => hash.AppendData(Encoding.UTF8.GetBytes(text + "\n"));

        void AddBytes(Tensor tensor)
        {
            Add($"{tensor.dtype} {string.Join(' ', tensor.shape)}");
            using var inner = NewDisposeScope();
            hash.AppendData(tensor.detach().cpu().contiguous().bytes);
        }
    }
}
