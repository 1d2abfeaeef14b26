namespace CompressDsl.Flow;

/// <summary>Where in a layout the units of an axis lie.</summary>
public static class LayoutIndex
{
    /// <summary>For every element of a layout the unit that it belongs to.</summary>
    /// <param name="layout">A layout, every axis of which has a number for its size.</param>
    /// <param name="unit">An axis, or axes that lie within each other, outer to inner: key/value heads and the query heads of each.</param>
    /// <returns>For every index the index of its unit, or -1 where the units do not lie, or lie only in part.</returns>
    /// <exception cref="InvalidOperationException">An axis whose size is not known.</exception>
    public static int[] UnitsOf(Layout layout, IReadOnlyList<Axis> unit)
    {
        var axes = unit.SelectMany(static axis => axis.Leaves).ToArray();
        var wide = axes.Where(static axis => !axis.IsOne).ToArray();

        // Axes of one element do not occur in products.
        return Units(layout.Resolved, wide.Length > 0 ? wide : [.. axes.Take(1)]);
    }

    private static int[] Units(Layout layout, Axis[] unit) => layout switch
    {
        Concat concat => [.. concat.Segments.SelectMany(segment => Units(segment, unit))],
        Product product => UnitsWithin(product.Items, unit),
        _ when unit.Length == 1 && ReferenceEquals(layout, unit[0]) => [.. Enumerable.Range(0, Count(layout))],
        _ => [.. Enumerable.Repeat(-1, Count(layout))],
    };

    private static int[] UnitsWithin(IReadOnlyList<Layout> items, Axis[] unit)
    {
        for (var start = 0; start + unit.Length <= items.Count; start++)
        {
            if (unit.Select((axis, i) => ReferenceEquals(items[start + i], axis)).All(static same => same))
            {
                return Spread(items, start, start + unit.Length, [.. Enumerable.Range(0, CountAll(unit))]);
            }
        }

        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is Concat && Units(items[i], unit) is var units && units.Any(static index => index >= 0))
            {
                return Spread(items, i, i + 1, units);
            }
        }

        return [.. Enumerable.Repeat(-1, CountAll(items))];
    }

    // The items before start repeat the whole, those from end on every element.
    private static int[] Spread(IReadOnlyList<Layout> items, int start, int end, int[] units)
    {
        var (outer, inner) = (CountAll(items.Take(start)), CountAll(items.Skip(end)));

        return [.. Enumerable.Range(0, outer).SelectMany(_ => units.SelectMany(unit => Enumerable.Repeat(unit, inner)))];
    }

    private static int CountAll(IEnumerable<Layout> items) => items.Aggregate(1, static (count, item) => checked(count * Count(item)));

    private static int Count(Layout layout)
        => layout.Size.Number is { } number ? checked((int)number) : throw new InvalidOperationException($"The size of {layout} is not known.");
}
