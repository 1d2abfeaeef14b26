namespace CompressDsl.Flow;

/// <content>What code that is not followed may do: call a module, make a number of a size.</content>
public partial class Solver
{
    private const string IsCounted = "is counted, and what comes of the number would be another";

    private readonly List<(object Owner, string Reason, object? At)> escapes = [];
    private readonly List<(Size Size, object? At)> counts = [];

    /// <summary>A module that somebody else may call: all of its channels stay.</summary>
    /// <param name="owner">The module.</param>
    /// <param name="what">Who may call it, as the user should read it.</param>
    public void Escape(object owner, string what) => escapes.Add((owner, $"may be used in {what}, which hides the channels", At));

    /// <summary>Sizes of which numbers are made: what they are the sizes of stays.</summary>
    public void Counted(params Size[] sizes)
    {
        counts.AddRange(sizes.Select(size => (size, At)));
        Doubts += ClaimsOf(sizes).Any() ? 1 : 0;

        foreach (var axis in sizes.Select(static size => size.Symbol?.Layout).OfType<Layout>().SelectMany(static layout => layout.Leaves).Where(static axis => axis.HasSlots))
        {
            Pin(axis, PinKind.Mixed, IsCounted);
        }
    }

    // Dimensions of which it is not known yet whether they are some of those at the end.
    private IEnumerable<Prefix.Claim> ClaimsOf(IEnumerable<Size> sizes)
        => sizes.SelectMany(static size => size.Powers).SelectMany(power => claimed.Where(claim => ReferenceEquals(claim.Axis, power.Key.Layout) && claim.Index > 0 && claim.Node.Base is not null && claim.Node.Leaf.IsOpen));

    /// <summary>A tensor that is made in the code and differs from one position to the next.</summary>
    public Shape Positions(params Size[] sizes)
    {
        Counted(sizes);

        return Known(sizes);
    }

    private void CheckEscapes()
    {
        var at = At;

        foreach (var (owner, reason, where) in escapes)
        {
            At = where;

            foreach (var slot in slots.Where(slot => IsWithin(slot.Owner, owner)))
            {
                Pin(slot.Layout, PinKind.Unknown, reason);
            }
        }

        At = at;
    }

    // In the compiler a module is the path that leads to it.
    private static bool IsWithin(object owner, object module)
        => owner.Equals(module) || owner is string inner && module is string outer && (outer.Length == 0 || inner.StartsWith(outer, StringComparison.Ordinal) && inner[outer.Length] is '.' or '[');

    private void CheckCounts(Dictionary<SizeSymbol, Layout> members)
    {
        foreach (var (size, where) in counts)
        {
            At = where;
            var degrees = new Dictionary<Layout, int>(LayoutComparer.Instance);

            foreach (var power in size.Powers)
            {
                foreach (var factor in FollowedBy(power.Key, members) is { } followed ? Degrees(followed) : [])
                {
                    Add(degrees, factor.Key, factor.Value * power.Value);
                }
            }

            foreach (var end in ClaimsOf([size]).SelectMany(static claim => claim.Node.Ends))
            {
                Pin(end, PinKind.Ambiguous, RankUnknown);
            }

            foreach (var axis in degrees.Where(static factor => factor.Value != 0).SelectMany(static factor => factor.Key.Leaves).Where(static axis => axis.HasSlots))
            {
                Pin(axis, PinKind.Mixed, IsCounted);
            }
        }
    }

    // A layout in which an axis meets itself, every channel with every other, has no rows or columns that could be cut.
    private void CheckSquares()
    {
        foreach (var slot in slots)
        {
            foreach (var twice in Squares(slot.Layout.Resolved).ToArray())
            {
                Pin(twice, PinKind.Mixed, "meets itself, every channel with every other");
            }
        }
    }

    private static IEnumerable<Axis> Squares(Layout layout) => layout switch
    {
        Product product => product.Items.SelectMany(static item => item.Leaves.Distinct()).GroupBy(static axis => axis).Where(static same => same.Count() > 1).Select(static same => same.Key)
            .Concat(product.Items.SelectMany(Squares)),
        Concat concat => concat.Segments.SelectMany(Squares),
        _ => [],
    };
}
