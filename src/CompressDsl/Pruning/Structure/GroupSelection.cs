using System.Globalization;

namespace CompressDsl;

/// <summary>Chooses the units with the lowest scores. Among equal scores the earlier group goes first, and in it the lower index.</summary>
internal static class GroupSelection
{
    /// <summary>Names to every group the units that go.</summary>
    /// <param name="groups">The groups.</param>
    /// <param name="scores">For every group one score a unit, without NaN.</param>
    /// <param name="amount">How much goes.</param>
    /// <param name="global">Whether the units of all groups are ranked together, so that groups may lose different fractions.</param>
    /// <param name="cutOff">How many go where a fraction is asked for.</param>
    /// <exception cref="ArgumentException">The amount is out of range, or does not fit a group.</exception>
    public static void Choose(
        IReadOnlyList<ChannelGroup> groups, IReadOnlyList<float[]> scores, GroupSelectionAmount amount, bool global = false, GroupCutOff cutOff = default)
    {
        Check(groups, amount, global);
        var ordered = groups.Zip(scores, Order).ToArray();
        var counts = global
            ? CountGlobally(groups, scores, ordered, amount.Ratio * amount.Share, cutOff)
            : [.. groups.Select(group => Count(group, amount, cutOff))];
        for (var i = 0; i < groups.Count; i++)
        {
            var perPart = Round(groups[i], counts[i], amount.RoundTo, cutOff) / groups[i].Parts;
            groups[i].Remove(ordered[i].SelectMany(part => part.Take(perPart)));
        }
    }

    /// <summary>Why nothing of a group goes where something is asked for; null where something does.</summary>
    public static string? WhyNothing(ChannelGroup group, GroupSelectionAmount amount)
    {
        if (group.Removed.Count > 0 || amount.Keep == group.Count)
        {
            return null;
        }

        var asked = group.Count * (amount.Keep is { } keep ? 1 - ((double)keep / group.Count) : amount.Ratio) * amount.Share;
        return string.Create(CultureInfo.InvariantCulture, $"{asked:0.##} of {group.Count} would go, and ") + (group.Parts, amount.RoundTo) switch
        {
            ( > 1, _) => $"each of its {group.Parts} parts must lose as many as the others, so nothing goes: {group.Parts} at a time is the least.",
            (_, > 1) => $"what stays must be a multiple of {amount.RoundTo}, so nothing goes.",
            _ => "less than one is none, so nothing goes.",
        };
    }

    private static void Check(IReadOnlyList<ChannelGroup> groups, GroupSelectionAmount amount, bool global)
    {
        if (!(amount.Ratio >= 0 && amount.Ratio < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount.Ratio, "The ratio is the fraction that goes: in [0, 1), for example 0.25.");
        }

        if (!(amount.Share > 0 && amount.Share <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount.Share, "The share is how much of what is asked for goes now: in (0, 1], for example 0.2 in the first of five rounds.");
        }

        if (amount.RoundTo < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount.RoundTo, "RoundTo is what the number of units that stay is a multiple of: at least 1, for example 8.");
        }

        if (amount.Keep is not { } keep)
        {
            return;
        }

        if (global)
        {
            throw new ArgumentException($"Keep = {keep} says how many units of each group stay, which leaves a global ranking nothing to decide; give a ratio.", nameof(amount));
        }

        foreach (var group in groups)
        {
            if (keep < 1 || keep > group.Count)
            {
                throw new ArgumentException($"'{group.Name}' has {group.Count} units; Keep = {keep} must be from 1 to {group.Count}.", nameof(amount));
            }

            if (keep % group.Parts != 0)
            {
                throw new ArgumentException(
                    $"'{group.Name}' has {group.Parts} parts that must keep equally many units; Keep = {keep} is not a multiple of {group.Parts}.", nameof(amount));
            }
        }
    }

    /// <summary>For every part of a group its units, the lowest first.</summary>
    private static int[][] Order(ChannelGroup group, float[] scores) =>
        [.. Enumerable.Range(0, group.Count).Chunk(group.Count / group.Parts).Select(part => part.OrderBy(unit => scores[unit]).ToArray())];

    private static int Count(ChannelGroup group, GroupSelectionAmount amount, GroupCutOff cutOff) => amount.Keep is not { } keep
        ? Count(group.Count, amount.Ratio * amount.Share, cutOff)
        : amount.Share < 1 ? Count(group.Count, amount.Share * (group.Count - keep) / group.Count, cutOff) : group.Count - keep;

    private static int Count(int count, double ratio, GroupCutOff cutOff) => cutOff switch
    {
        GroupCutOff.AtMost => (int)Selection.Removed(count, ratio),
        GroupCutOff.AtLeast => (int)Math.Ceiling(ratio * count),
        GroupCutOff.Complement => count - (int)(count * (1 - ratio)),
        _ => throw new ArgumentOutOfRangeException(nameof(cutOff), cutOff, "There is no such cut-off."),
    };

    /// <summary>How many units go, so that parts lose equally many, what stays is a multiple, and something stays.</summary>
    private static int Round(ChannelGroup group, int count, int roundTo, GroupCutOff cutOff)
    {
        if (count == 0)
        {
            return 0;
        }

        var step = LeastCommonMultiple(group.Parts, roundTo);
        var kept = (group.Count - count + (cutOff == GroupCutOff.AtMost ? step - 1 : 0)) / step * step;
        return group.Count - Math.Min(group.Count, Math.Max(step, kept));
    }

    private static int[] CountGlobally(
        IReadOnlyList<ChannelGroup> groups, IReadOnlyList<float[]> scores, IReadOnlyList<int[][]> ordered, double ratio, GroupCutOff cutOff)
    {
        var budget = Count(groups.Sum(static group => group.Count), ratio, cutOff);
        if (cutOff == GroupCutOff.AtMost)
        {
            return SpendBudget(groups, scores, ordered, budget);
        }

        var threshold = budget == 0 ? float.NaN : scores.SelectMany(static list => list).Order().ElementAt(budget - 1);
        return [.. scores.Select(list => list.Count(score => score <= threshold))];
    }

    /// <summary>
    /// The lowest units of all groups, until the budget is spent. Of a group with several parts one unit of each goes at a time, the lowest that are left, and their
    /// mean is what is compared. The last unit of a part stays.
    /// </summary>
    private static int[] SpendBudget(IReadOnlyList<ChannelGroup> groups, IReadOnlyList<float[]> scores, IReadOnlyList<int[][]> ordered, int budget)
    {
        var steps = groups.SelectMany((group, index) => Enumerable.Range(0, (group.Count / group.Parts) - 1)
            .Select(place => (Group: index, Score: ordered[index].Average(part => (double)scores[index][part[place]]))));
        var counts = new int[groups.Count];
        var isFull = new bool[groups.Count];
        foreach (var (group, _) in steps.OrderBy(static step => step.Score))
        {
            // A step that does not fit ends its group: those after it need it to have been taken.
            isFull[group] |= groups[group].Parts > budget;
            if (!isFull[group])
            {
                counts[group] += groups[group].Parts;
                budget -= groups[group].Parts;
            }
        }

        return counts;
    }

    private static int LeastCommonMultiple(int a, int b)
    {
        var multiple = a;
        while (multiple % b != 0)
        {
            multiple += a;
        }

        return multiple;
    }
}
