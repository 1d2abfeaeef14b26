using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// What shrinks have taken from a model since it was made, so that a checkpoint can say how another model of the class gets the same shape. It belongs to the
/// modules, as masks do.
/// </summary>
internal static class ShrinkHistory
{
    private static readonly ConditionalWeakTable<nn.Module, Dictionary<(string Tensor, int Dim), KeptIndices>> tensors = new();
    private static readonly ConditionalWeakTable<nn.Module, StrongBox<KeptIndices>> blocks = new();
    private static readonly ConditionalWeakTable<object, Dictionary<string, long>> counts = new();

    /// <summary>What is left along the dimensions of a module's own tensors that have lost something.</summary>
    public static IEnumerable<KeyValuePair<(string Tensor, int Dim), KeptIndices>> TensorsOf(nn.Module module) => tensors.TryGetValue(module, out var known) ? known : [];

    /// <summary>Which blocks of a list are left; null where none is gone.</summary>
    public static KeptIndices? BlocksOf(nn.Module list) => blocks.TryGetValue(list, out var known) ? known.Value : null;

    /// <summary>What counts of an object were set to, by the name of the member.</summary>
    public static IEnumerable<KeyValuePair<string, long>> CountsOf(object owner) => counts.TryGetValue(owner, out var known) ? known : [];

    /// <summary>After a tensor has lost something.</summary>
    public static void Add(SlicedTensor tensor)
    {
        foreach (var place in tensor.Places)
        {
            var known = tensors.GetOrCreateValue(place.Owner);
            foreach (var (dim, removed) in tensor.Removed)
            {
                known[(place.Name, dim)] = known.GetValueOrDefault((place.Name, dim), KeptIndices.All(removed.Length)).Without(removed);
            }
        }
    }

    /// <summary>After a list has lost blocks.</summary>
    public static void AddBlocks(nn.Module list, IReadOnlyList<bool> removed)
    {
        var known = blocks.GetValue(list, _ => new(KeptIndices.All(removed.Count)));
        known.Value = known.Value!.Without(removed);
    }

    /// <summary>After a count was set.</summary>
    public static void AddCount(object owner, string name, long value) => counts.GetOrCreateValue(owner)[name] = value;
}
