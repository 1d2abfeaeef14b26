using System.Globalization;
using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Says in documentation and comments which channels go together.</summary>
internal static class CoupledGroupWriter
{
    /// <summary>The groups of one attribute, as remarks.</summary>
    public static void WriteRemarks(CodeWriter code, StructureModel structure)
    {
        if (structure.Groups.Count == 0)
        {
            return;
        }

        code.Line("/// <remarks>");

        foreach (var group in structure.Groups)
        {
            var count = group.Count is { } known ? known.ToString(CultureInfo.InvariantCulture) + " " : "";
            var units = structure.Kind == StructureKind.Heads ? "heads" : "channels";
            var obstacle = group.Obstacle is { } reason ? $" They stay: {CodeWriter.Xml(reason)}." : "";
            code.Line($"/// <para>{count}{units} of {Name(group.Name)}: {Describe(group)}.{obstacle}</para>");
        }

        code.Line("/// </remarks>");
    }

    /// <summary>For every item of a class whose channels go, by the class and the item: what they are to it, and of which group.</summary>
    public static ILookup<(string Type, string Item), string> Comments(FlowModel flow, IEnumerable<StructureModel> structures)
        => structures
            .SelectMany(static structure => structure.Groups)
            .Where(static group => group.Obstacle is null)
            .SelectMany(static group => group.Slices.Where(IsShown), static (group, slice) => (group, slice))
            .Select(pair => (Place: Find(flow, pair.slice), Text: $"{Word(pair.slice)}: {pair.group.Name}"))
            .Where(static comment => comment.Place is not null)
            .Distinct()
            .ToLookup(static comment => comment.Place!.Value, static comment => comment.Text);

    // A bias goes with the outputs of its layer, running statistics with the channels of their normalisation.
    private static bool IsShown(CoupledSliceModel slice) => slice.Tensor == "weight" || slice.Role == CoupledRole.Parameter;

    private static string Describe(CoupledGroupModel group)
        => string.Join(", ", group.Slices.Where(IsShown).GroupBy(static slice => slice.Role == CoupledRole.Parameter ? $"dimension {slice.Dim} of" : $"the {Word(slice)} of")
            .Select(static alike => $"{alike.Key} {string.Join(", ", alike.Select(static slice => Name(slice.Role == CoupledRole.Parameter ? $"{slice.Owner}.{slice.Tensor}".TrimStart('.') : slice.Owner)))}"));

    private static string Word(CoupledSliceModel slice)
        => slice.Role == CoupledRole.Parameter ? $"dimension {slice.Dim.ToString(CultureInfo.InvariantCulture)}" : slice.Role.ToString().ToLowerInvariant();

    private static string Name(string path) => $"<c>{CodeWriter.Xml(path)}</c>";

    /// <summary>The class and the item that a path leads to; null where it leads into a container.</summary>
    private static (string Type, string Item)? Find(FlowModel flow, CoupledSliceModel slice)
    {
        var path = slice.Role == CoupledRole.Parameter ? $"{slice.Owner}.{slice.Tensor}".TrimStart('.') : slice.Owner;
        var holder = flow.Holders.FirstOrDefault();

        foreach (var segment in path.Split('.'))
        {
            var name = segment.Split('[')[0];

            if (holder?.Items.FirstOrDefault(item => item.Name == name) is not { } found)
            {
                return null;
            }

            if (found.Kind is HeldKind.Layer or HeldKind.Tensor)
            {
                return (holder.Type, found.Name);
            }

            holder = found.Kind is HeldKind.Holder or HeldKind.HolderList ? flow.Holders.FirstOrDefault(other => other.Type == found.Type) : null;
        }

        return null;
    }
}
