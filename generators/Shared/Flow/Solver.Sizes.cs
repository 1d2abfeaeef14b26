namespace CompressDsl.Flow;

/// <content>
/// Sizes that the code says: they must still be right when an axis has lost units, so each must change in proportion with the layout that it stands for.
/// </content>
public partial class Solver
{
    /// <summary>Pins what a size in the code holds fast.</summary>
    /// <returns>The writable members, with the canonical layouts that they are the sizes of.</returns>
    private IReadOnlyList<AxisMember> CheckSizes()
    {
        var at = At;
        var members = LearnMembers();

        foreach (var (size, layout, where) in sizeChecks)
        {
            At = where;
            CheckSize(size, Degrees(layout), members);
        }

        CheckCounts(members);

        foreach (var (layouts, where) in equalChecks)
        {
            At = where;

            foreach (var layout in layouts.Skip(1))
            {
                foreach (var factor in Differences(Degrees(layouts[0]), Degrees(layout)))
                {
                    Pin(factor, PinKind.Mixed, "is cut into equal parts, which need not lose as much as each other");
                }
            }
        }

        At = at;

        return [.. members.Where(static member => member.Key.IsWritable).Select(static member => new AxisMember(member.Key, member.Value))];
    }

    private void CheckSize(Size size, Dictionary<Layout, int> degrees, Dictionary<SizeSymbol, Layout> members)
    {
        // Nobody knows whether it would be right.
        var kind = size.Powers.Any(power => power.Key is { IsUnknown: true } && FollowedBy(power.Key, members) is null) ? PinKind.Hidden
            : size.Powers.Count > 0 && size.HasUnitCoefficient && size.Powers.All(static power => power.Key is { Layout: null, IsWritable: true }) ? PinKind.Mixed
            : PinKind.FixedSize;
        var said = new Dictionary<Layout, int>(LayoutComparer.Instance);

        foreach (var power in size.Powers)
        {
            if (FollowedBy(power.Key, members) is not { } followed)
            {
                continue;
            }

            foreach (var factor in Degrees(followed))
            {
                Add(said, factor.Key, factor.Value * power.Value);

                if (power.Key is { Layout: null, IsWritable: false })
                {
                    PinChannels(factor.Key, kind, $"'{power.Key.Name}' cannot be written");
                }
            }
        }

        foreach (var factor in Differences(degrees, said))
        {
            PinChannels(factor, kind, kind == PinKind.Mixed ? $"shares '{size}' with another dimension, which need not lose as much" : $"'{size}' is wrong when channels go");
        }
    }

    /// <summary>What the members of the user are the sizes of: where one stands alone, or with others that are known.</summary>
    private Dictionary<SizeSymbol, Layout> LearnMembers()
    {
        var members = new Dictionary<SizeSymbol, Layout>();

        // The simplest ones first.
        var checks = sizeChecks.OrderBy(static check => check.Size.Powers.Count).ToList();

        for (var learned = true; learned;)
        {
            learned = false;

            foreach (var check in checks.ToArray())
            {
                var unknown = check.Size.Powers.Where(power => power.Key is { Layout: null, IsOpaque: false } && !members.ContainsKey(power.Key)).ToArray();

                if (unknown.Length > 1 || unknown.Length == 1 && Learn(check.Size, check.Layout.Resolved, unknown[0], members) is not { })
                {
                    continue;
                }

                if (unknown.Length == 1)
                {
                    members.Add(unknown[0].Key, Learn(check.Size, check.Layout.Resolved, unknown[0], members)!);
                    learned = true;
                }

                checks.Remove(check);
            }
        }

        PinContradictions(members);

        return members;
    }

    private static Layout? Learn(Size size, Layout layout, KeyValuePair<SizeSymbol, int> unknown, Dictionary<SizeSymbol, Layout> members)
    {
        if (size.Symbol is not null)
        {
            return layout;
        }

        if (unknown.Value != 1 || !size.HasUnitCoefficient)
        {
            return null;
        }

        // What the others divide is multiplied, what they multiply is divided away.
        var factors = layout is Product product ? product.Items.ToList() : [layout];

        foreach (var power in size.Powers.Where(power => power.Key != unknown.Key))
        {
            if (FollowedBy(power.Key, members) is not { } followed)
            {
                return null;
            }

            for (var i = 0; i < Math.Abs(power.Value); i++)
            {
                foreach (var factor in followed is Product several ? several.Items : [followed])
                {
                    if (power.Value < 0)
                    {
                        factors.Insert(0, factor);
                    }
                    else if (!factors.Remove(factor))
                    {
                        return null;
                    }
                }
            }
        }

        var result = factors.Count == 0 ? null : Layout.ProductOf(factors).Resolved;

        return result is not null && unknown.Key.Value is { } value && result.Size.Number is { } number && value != number ? null : result;
    }

    // A member that is the size of two things that can lose channels apart from each other holds both fast.
    private void PinContradictions(Dictionary<SizeSymbol, Layout> members)
    {
        foreach (var (size, layout, where) in sizeChecks)
        {
            if (size.Symbol is { Layout: null } symbol && members.TryGetValue(symbol, out var known) && Differences(Degrees(known), Degrees(layout)) is { Count: > 0 } factors)
            {
                At = where;
                factors.ForEach(factor => Pin(factor, PinKind.Mixed, $"shares '{symbol.Name}' with another dimension, which need not lose as much"));
            }
        }
    }

    private static Layout? FollowedBy(SizeSymbol symbol, Dictionary<SizeSymbol, Layout> members)
        => symbol.Layout is { } layout ? layout.Resolved : members.TryGetValue(symbol, out var known) ? known : null;

    // Only what has parameters can lose channels, and what is pinned already does not.
    private void PinChannels(Layout factor, PinKind kind, string reason)
    {
        foreach (var axis in factor.Leaves.Where(static axis => axis.HasSlots))
        {
            Pin(axis, kind, reason);
        }
    }

    /// <summary>How often each axis occurs in a product. Equal segments one after the other are a number times one of them; others are a factor of their own.</summary>
    private static Dictionary<Layout, int> Degrees(Layout layout)
    {
        var degrees = new Dictionary<Layout, int>(LayoutComparer.Instance);
        var resolved = layout.Resolved;

        foreach (var item in resolved is Product product ? product.Items : [resolved])
        {
            var segment = item is Concat concat && concat.Segments.All(other => Layout.Same(other, concat.Segments[0])) ? concat.Segments[0] : item;

            if (ReferenceEquals(segment, item))
            {
                Add(degrees, item, 1);
                continue;
            }

            foreach (var factor in Degrees(segment))
            {
                Add(degrees, factor.Key, factor.Value);
            }
        }

        return degrees;
    }

    private static void Add(Dictionary<Layout, int> degrees, Layout factor, int degree)
        => degrees[factor] = degrees.TryGetValue(factor, out var known) ? known + degree : degree;

    private static List<Layout> Differences(Dictionary<Layout, int> a, Dictionary<Layout, int> b)
        => [.. a.Keys.Concat(b.Keys).Distinct(LayoutComparer.Instance)
            .Where(factor => (a.TryGetValue(factor, out var left) ? left : 0) != (b.TryGetValue(factor, out var right) ? right : 0))];

    private sealed class LayoutComparer : IEqualityComparer<Layout>
    {
        public static readonly LayoutComparer Instance = new();

        public bool Equals(Layout? a, Layout? b) => a is not null && b is not null && Layout.Same(a, b);

        public int GetHashCode(Layout layout) => layout.Leaves.Aggregate(17, static (hash, axis) => hash * 31 + axis.Id);
    }
}
