namespace CompressDsl.Flow;

/// <content>Products and concats factor by factor.</content>
public partial class Solver
{
    /// <summary>
    /// Unifies the factors of two products of the same size. Equal sizes at an end are the same factor, since everything that lies further out (or in) is
    /// equal too; where one factor covers several it is split.
    /// </summary>
    private void UnifyItems(List<Layout> a, List<Layout> b)
    {
        var (wholeA, wholeB) = (Layout.ProductOf([.. a]), Layout.ProductOf([.. b]));

        if (Differ(wholeA.Size, wholeB.Size))
        {
            Disagree(wholeA, wholeB, $"have {wholeA.Size.Number} and {wholeB.Size.Number} elements where they meet");

            return;
        }

        while (a.Count > 0 && b.Count > 0)
        {
            if (a.Count == 1 || b.Count == 1)
            {
                Unify(Layout.ProductOf([.. a]), Layout.ProductOf([.. b]), Layout.ProductOf);

                return;
            }

            if (!Matches(a, b, 0) && !Matches(a, b, -1) && !Splits(a, b, 0) && !Splits(b, a, 0) && !Splits(a, b, -1) && !Splits(b, a, -1))
            {
                UnifyInPairs(a, b, Layout.ProductOf);

                return;
            }
        }
    }

    private void UnifySegments(List<Layout> a, List<Layout> b)
    {
        while (a.Count > 0 && b.Count > 0)
        {
            if (a.Count == 1 || b.Count == 1)
            {
                Unify(Layout.ConcatOf([.. a]), Layout.ConcatOf([.. b]), Layout.ConcatOf);

                return;
            }

            if (!Matches(a, b, 0) && !Matches(a, b, -1) && !Cuts(a, b) && !Cuts(b, a))
            {
                UnifyInPairs(a, b, Layout.ConcatOf);

                return;
            }
        }
    }

    // One side is a single item. Where that is itself composed (a concat among factors) nothing but its equal can meet it.
    private void Unify(Layout a, Layout b, Func<IReadOnlyList<Layout>, Layout> compose)
    {
        (a, b) = (a.Resolved, b.Resolved);

        if (a is Axis || b is Axis || a.GetType() == b.GetType())
        {
            Unify(a, b);
        }
        else
        {
            UnifyInPairs([a], [b], compose, aligned: false);
        }
    }

    // Unifies the first or last items where they have the same size.
    private bool Matches(List<Layout> a, List<Layout> b, int end)
    {
        var (i, j) = end == 0 ? (0, 0) : (a.Count - 1, b.Count - 1);
        var same = ReferenceEquals(a[i].Resolved, b[j].Resolved) || SameSize(a[i].Size, b[j].Size);

        if (same)
        {
            Unify(a[i], b[j]);
            a.RemoveAt(i);
            b.RemoveAt(j);
        }

        return same;
    }

    // Splits an item of the one side that covers one of the other side and more.
    private bool Splits(List<Layout> whole, List<Layout> part, int end)
    {
        var (i, j) = end == 0 ? (0, 0) : (whole.Count - 1, part.Count - 1);

        if (whole[i].Resolved is not Axis axis || Size.DivideExactly(Normal(axis.OwnSize), Normal(part[j].Size)) is not { } rest || part[j].Leaves.Contains(axis))
        {
            return false;
        }

        var left = NewAxis(rest, axis.Name);
        Bind(axis, new Product(end == 0 ? [part[j], left] : [left, part[j]]));
        whole[i] = left;
        part.RemoveAt(j);

        return true;
    }

    private bool Cuts(List<Layout> whole, List<Layout> part)
    {
        if (whole[0].Resolved is not Axis { OwnSize.Number: { } size } axis || part[0].Size.Number is not { } first || first >= size || part[0].Leaves.Contains(axis))
        {
            return false;
        }

        var left = NewAxis(size - first, axis.Name);
        Bind(axis, new Concat([part[0], left]));
        whole[0] = left;
        part.RemoveAt(0);

        return true;
    }

    // Sizes that are not known do not speak against it; numbers do.
    private void UnifyInPairs(List<Layout> a, List<Layout> b, Func<IReadOnlyList<Layout>, Layout> compose, bool aligned = true)
    {
        if (!aligned || a.Count != b.Count || a.Zip(b, static (left, right) => left.Size.Number is not null && right.Size.Number is not null).Any(static known => known))
        {
            Disagree(compose([.. a]), compose([.. b]), "are laid out differently where they meet");

            return;
        }

        for (var i = 0; i < a.Count; i++)
        {
            Unify(a[i], b[i]);
        }
    }
}
