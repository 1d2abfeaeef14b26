using CompressDsl.Flow;
using CompressDsl.Models;

namespace CompressDsl.Reading;

/// <summary>Writes what the solver has found down as plain models.</summary>
internal static class CoupledGroups
{
    /// <summary>The group of a candidate.</summary>
    /// <param name="candidate">The candidate.</param>
    /// <param name="kind">What the attribute removes.</param>
    public static CoupledGroupModel Read(UnitCandidate candidate, StructureKind kind) => new(
        $"{candidate.Writer.Owner}",
        candidate.Count,
        candidate.PinFor(isNarrowed: kind != StructureKind.Channels)?.Reason,
        candidate.Coupled.Slots.Select(static slot => new CoupledSliceModel($"{slot.Owner}", slot.Parameter, slot.Dim, RoleOf(slot.Role))).ToEquatableArray());

    private static CoupledRole RoleOf(SlotRole role) => role switch
    {
        SlotRole.Output => CoupledRole.Outputs,
        SlotRole.Input => CoupledRole.Inputs,
        SlotRole.Norm => CoupledRole.Channels,
        SlotRole.Table => CoupledRole.Width,
        _ => CoupledRole.Parameter,
    };
}
