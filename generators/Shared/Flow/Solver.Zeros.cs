namespace CompressDsl.Flow;

/// <content>
/// Masked channels are zero where layers write them. What happens to zeros on the way decides whether a mask is the same as a channel that is not there: layers read
/// masked channels with zeros, but a sum over channels without one takes what it finds.
/// </content>
public partial class Solver
{
    private readonly List<(Layout Layout, string Reason, object? At)> summed = [];
    private readonly List<(Layout Layout, string Reason, object? At)> singular = [];

    /// <summary>An element-wise function that is not zero where its argument is: <c>sigmoid</c>, <c>exp</c>, <c>x + 1</c>.</summary>
    public Shape Fill(Shape x)
    {
        Touch(x);

        MarkFilled(AxesOf(x));

        return new(x.Node) { IsFilled = true };
    }

    // What is made of nothing but such tensors is not zero there either.
    private static Shape Filled(Shape result, params Shape[] from)
        => from.All(static shape => shape.IsFilled) && !result.IsFilled ? new(result.Node) { IsFilled = true } : result;

    /// <summary>A sum, or another function of several tensors that is not zero where only one of them is: what has one element for all channels is added to the masked ones too.</summary>
    public Shape Add(params Shape[] shapes)
    {
        var alone = shapes.Select(static shape => (shape.Rank, Ends: shape.Rank is null ? shape.Node.Ends : shape.Dims!)).ToArray();
        var outside = alone.Select(static shape => shape.Ends.Select(static dim => dim.IsOne || IsNeutral(dim)).ToArray()).ToArray();
        var result = Join(shapes);
        var ends = result.Dims ?? result.Node.Ends;

        for (var i = 1; i <= ends.Count; i++)
        {
            if (alone.Where((shape, k) => i <= shape.Ends.Count ? outside[k][shape.Ends.Count - i] : shape.Rank is not null).Any())
            {
                MarkFilled(ends[ends.Count - i].Leaves);
            }
        }

        return result;
    }

    /// <summary>An element-wise function that has no value where its argument is zero: <c>log</c>, <c>rsqrt</c>.</summary>
    public Shape Singular(Shape x, string name)
    {
        Divisor(x, $"goes through '{name}', which has no value where masked channels are zero");

        return x;
    }

    /// <summary>A quotient: what divides may not be zero.</summary>
    public Shape Divide(Shape a, Shape b)
    {
        Divisor(b, "is divided by, and masked channels are zero");

        return Join(a, b);
    }

    private void Divisor(Shape x, string reason)
    {
        if (!x.IsFilled)
        {
            Touch(x);
            singular.AddRange(x.Node.Ends.Concat(x.Node.Leaf.Front).Select(dim => (dim, reason, At)));
        }
    }

    // A product of parameters is zero where they are masked, whatever they are multiplied with.
    private void Sum(Layout layout, params Shape[] factors)
    {
        if (!factors.Any(static factor => factor.IsHeld))
        {
            summed.Add((layout, "is summed over, and something is added to its masked channels on the way", At));
        }
    }

    private static void MarkFilled(IEnumerable<Axis> axes)
    {
        foreach (var axis in axes)
        {
            axis.IsFilled = true;
        }
    }

    private static IEnumerable<Axis> AxesOf(Shape x) => x.Node.Ends.Concat(x.Node.Leaf.Front).SelectMany(static dim => dim.Leaves);

    private void CheckZeros()
    {
        var at = At;

        foreach (var (layout, reason, where) in summed)
        {
            At = where;
            PinWhere(layout, reason, static axis => axis.IsFilled);
        }

        foreach (var (layout, reason, where) in singular)
        {
            At = where;
            PinWhere(layout, reason, static _ => true);
        }

        At = at;
    }

    private void PinWhere(Layout layout, string reason, Func<Axis, bool> isPinned)
    {
        // What stays anyway is nobody's fault twice.
        foreach (var axis in layout.Resolved.Leaves.Where(static axis => axis is { HasSlots: true, Pin: null or { Kind: PinKind.Outside or PinKind.Returned } }).Where(isPinned))
        {
            Pin(axis, PinKind.Mixed, reason);
        }
    }
}
