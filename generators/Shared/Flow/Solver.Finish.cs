namespace CompressDsl.Flow;

/// <content>What came of it.</content>
public partial class Solver
{
    /// <summary>Every axis along which parameters lie, in the order in which they were made. Call it once, when everything has been told.</summary>
    public IReadOnlyList<CoupledAxis> Finish()
    {
        UnifyDeferred();
        CheckClaims();
        MarkHeadSizes();
        CheckZeros();
        CheckEscapes();
        CheckSquares();

        var members = CheckSizes();
        var normalised = Normalisations;
        var coupled = new SortedDictionary<int, (Axis Axis, List<Slot> Slots)>();

        foreach (var slot in slots.Select(static slot => slot with { Layout = slot.Layout.Resolved }))
        {
            foreach (var axis in slot.Layout.Leaves.Distinct())
            {
                if (!coupled.TryGetValue(axis.Id, out var entry))
                {
                    coupled.Add(axis.Id, entry = (axis, []));
                }

                entry.Slots.Add(slot);
            }
        }

        return
        [
            .. coupled.Values.Select(entry => new CoupledAxis(
                entry.Axis,
                entry.Slots,
                entry.Axis.Pin,
                [.. members.Where(member => member.Layout.Leaves.Contains(entry.Axis))],
                [.. normalised.Where(norm => norm.Layout.Leaves.Contains(entry.Axis))])),
        ];
    }

    // Dimensions from outside that turned out to have parameters along them are no masks: what they met must keep its size too. Each may show it of others.
    private void UnifyDeferred()
    {
        var at = At;

        foreach (var (first, second, where) in links)
        {
            At = where;
            Link(first, second);
        }

        var rest = deferred.ToList();

        while (rest.FindIndex(static pair => !IsNeutral(pair.First) && !IsNeutral(pair.Second)) is >= 0 and var i)
        {
            var (first, second, where) = rest[i];
            rest.RemoveAt(i);
            At = where;
            Unify(first, second);
        }

        // A bare parameter that is used with something from outside has its size.
        foreach (var (first, second, where) in rest)
        {
            At = where;

            foreach (var axis in first.Leaves.Concat(second.Leaves).Where(static axis => axis is { HasSlots: true, HasLayerSlots: false }))
            {
                Pin(axis, PinKind.Outside, "meets a tensor that comes from outside");
            }
        }

        deferred.Clear();
        At = at;
    }

    // Tensors of unknown rank that met: the dimensions that have become known since.
    private void Link(Prefix first, Prefix second)
    {
        if (!first.Leaf.IsOpen && !second.Leaf.IsOpen)
        {
            _ = Broadcast(first, second, true);

            return;
        }

        foreach (var claim in first.Leaf.Claims)
        {
            foreach (var other in second.Leaf.Claims.Where(other => other.Index == claim.Index))
            {
                _ = Broadcast(claim.Axis, other.Axis);
            }
        }

        foreach (var (a, b) in first.Ends.Reverse().Zip(second.Ends.Reverse(), static (a, b) => (a, b)))
        {
            _ = Broadcast(a, b);
        }
    }
}
