namespace CompressDsl.Flow;

/// <content>Tensors that a module keeps in a field between one line and another, or one call and the next.</content>
public partial class Solver
{
    private readonly Dictionary<(object Owner, string Name), Shape> kept = [];
    private readonly Dictionary<(object Owner, string Name), Shape> readBefore = [];

    /// <summary>A tensor that is put into a field; null where it is emptied.</summary>
    public Shape? Keep(object owner, string name, Shape? x)
    {
        if (x is null)
        {
            return null;
        }

        // What was read before it was written is what the call before has left.
        if (readBefore.TryGetValue((owner, name), out var before))
        {
            _ = Either(before, x);
        }

        // Of two ways each may leave its own; one that is used again for something of another size does not.
        if (kept.TryGetValue((owner, name), out var other) && !AreOfOtherSizes(other, x))
        {
            _ = Either(other, x);
        }

        kept[(owner, name)] = x;

        return x;
    }

    /// <summary>A tensor that is read from a field to which the code assigns.</summary>
    public Shape Kept(object owner, string name)
    {
        if (kept.TryGetValue((owner, name), out var x))
        {
            return x;
        }

        if (!readBefore.TryGetValue((owner, name), out var before))
        {
            readBefore.Add((owner, name), before = OpenShape(name, NewAxis(null, name)));
        }

        return before;
    }

    /// <summary>Whether something was put into a field.</summary>
    internal bool IsKept(object owner, string name) => kept.ContainsKey((owner, name));

    /// <summary>A tensor that is put into a part of another: the dimensions that are left of that are its own.</summary>
    public void Put(Shape part, Shape value) => _ = Join(part, value);

    private static bool AreOfOtherSizes(Shape a, Shape b)
        => a.Dims is { } left && b.Dims is { } right
            && (left.Count != right.Count || left.Zip(right, static (x, y) => (x.Size.Number, y.Size.Number)).Any(static pair => pair is ({ } x, { } y) && x != y));
}
