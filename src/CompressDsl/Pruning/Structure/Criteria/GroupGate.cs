using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>
/// The score of a unit is the mean over the calibration batches of |dL/dg|, g a factor of 1 on the unit wherever a layer reads it: |sum of x * dL/dx| over its
/// channels and positions.
/// </summary>
/// <remarks>Paper: Michel et al., Are Sixteen Heads Really Better than One?, arXiv 1905.10650.</remarks>
internal static class GroupGate
{
    /// <summary>For every group one score for every unit.</summary>
    public static IReadOnlyList<IReadOnlyList<double[]>> Score(GroupPass pass)
    {
        // The last gate is for channels that belong to no unit.
        var gates = pass.Groups.Select(static group => ones([group.Count + 1], device: SliceRows.Read(GroupReaders.Of(group)[0]).device)).ToArray();
        var sums = gates.Select(static gate => zeros_like(gate, ScalarType.Float64)).ToArray();
        var hooks = pass.Groups.Zip(gates, Watch).SelectMany(static hooks => hooks).ToArray();
        long batches;
        try
        {
            batches = pass.Differentiate(
                gates, (index, gradient) => sums[index].add_(gradient.abs()), index => $"what reads '{pass.Groups[index].Name}'");
        }
        finally
        {
            Array.ForEach(hooks, static remove => remove());
        }

        Array.ForEach(sums, pass.Options.Workers.Sum);
        return [.. pass.Groups.Zip(sums, (group, sum) => (double[][])[[.. SliceRows.Numbers(sum / batches).Take(group.Count)]])];
    }

    private static List<Action> Watch(ChannelGroup group, Tensor gate)
    {
        var hooks = new List<Action>();
        foreach (var reader in GroupReaders.Of(group))
        {
            var places = tensor([.. reader.Units.Select(unit => (long)(unit < 0 ? group.Count : unit))], device: gate.device);
            hooks.Add(GroupReaders.Layer(reader).register_forward_pre_hook((_, input) =>
            {
                var dim = GroupReaders.ChannelDim(group, reader, input);
                var shape = Enumerable.Repeat(1L, (int)input.dim()).ToArray();
                shape[dim] = -1;
                return input * gate.index_select(0, places).reshape(shape).to(input.dtype);
            }).remove);
        }

        return hooks;
    }
}
