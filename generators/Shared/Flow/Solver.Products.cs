namespace CompressDsl.Flow;

/// <content>Products of tensors.</content>
public partial class Solver
{
    private readonly List<(Layout Heads, Layout Size)> headSizes = [];
    private readonly List<AttentionSite> attentionSites = [];

    /// <summary>The matrix with which a native attention makes queries, keys and values.</summary>
    internal const string NativeWeight = "in_proj_weight";

    private readonly List<NativeAttention> nativeAttentions = [];

    /// <summary>The attentions that are one block of TorchSharp's.</summary>
    public IReadOnlyList<NativeAttention> NativeAttentions => nativeAttentions;

    /// <summary>An attention that is one block: what goes in and what comes out are as wide, and its heads are its own.</summary>
    /// <param name="owner">The block.</param>
    /// <param name="query">The queries, which the result is as long as.</param>
    /// <param name="keys">The keys.</param>
    /// <param name="values">The values.</param>
    /// <param name="heads">How many heads it has; null where nobody says.</param>
    /// <param name="width">How wide they are together; null where that is not known.</param>
    /// <returns>The result, and the weights.</returns>
    public (Shape Result, Shape Weights) NativeAttention(object owner, Shape query, Shape keys, Shape values, Size? heads, Size? width)
    {
        nativeAttentions.Add(new(owner, At));

        foreach (var shape in (Shape[])[query, keys, values])
        {
            Pin(Dim(shape, -1), PinKind.Mixed, "goes into a MultiheadAttention, which is as wide as it was made");
        }

        if (heads is not null && width is not null)
        {
            var (head, size) = (NewAxis(heads, $"{owner}.heads"), NewAxis(width / heads, $"{owner}.size"));
            (head.IsHead, size.IsHeadSize) = (true, true);
            var layout = new Product([head, size]);

            // Heads whose values are zero put out nothing, whatever mixes them.
            foreach (var name in (string[])[NativeWeight, "in_proj_bias"])
            {
                AddSlot(owner, name, 0, SlotRole.Output, new Concat([layout, layout, layout]));
            }
        }

        return (query, Constant());
    }

    /// <summary>The calls of scaled dot-product attention, with canonical layouts.</summary>
    public IReadOnlyList<AttentionSite> AttentionSites
        => [.. attentionSites.Select(static site => site with { QueryHeads = site.QueryHeads.Resolved, KeyHeads = site.KeyHeads.Resolved })];

    /// <summary>The matrix product of the last two dimensions, for each of those before them.</summary>
    public Shape Matmul(Shape a, Shape b)
    {
        if (b.Rank == 1)
        {
            Unify(Dim(a, -1), Dim(b, -1));
            Sum(Dim(a, -1), a, b);

            return WithEnds(a, 1);
        }

        var contracted = Dim(a, -1);
        Unify(contracted, Dim(b, -2));
        Sum(contracted, a, b);

        if (a.Rank == 1)
        {
            return WithEnds(b, 2, Dim(b, -1));
        }

        var isBatched = a.Rank is null or >= 3 && b.Rank is null or >= 3;
        var (batchA, batchB) = (Before(a.Node, 2)!, Before(b.Node, 2)!);
        var batch = new Shape(Broadcast(batchA, batchB, a.Rank >= 3 && b.Rank >= 3));

        // Dimensions before the matrices that both operands are known to have.
        if (isBatched && batch.Node.Base is not null | batch.Rank > 0 && (batchA.Base is not null || batchA.Front.Count > 0) && (batchB.Base is not null || batchB.Front.Count > 0))
        {
            MarkHeads(Dim(batch, -1), contracted, Dim(b, -1));
        }

        return Filled(new(batch.Node.Append(Dim(a, -2)).Append(Dim(b, -1))), a, b);
    }

    /// <summary>A linear function with a weight of outputs x inputs.</summary>
    public Shape Linear(Shape x, Shape weight, Shape? bias = null)
    {
        Unify(Dim(x, -1), Dim(weight, -1));
        Sum(Dim(x, -1), x, weight);

        var result = WithEnds(x, 1, Dim(weight, -2));

        return bias is null ? result : Join(result, bias);
    }

    /// <summary>A product by letters: the same letter is the same dimension.</summary>
    public Shape Einsum(string equation, params Shape[] shapes)
    {
        equation = WithoutEllipsis(equation.Replace(" ", ""), shapes);

        if (EinsumBehind(equation, shapes) is { } behind)
        {
            return behind;
        }

        var sides = equation.Split(["->"], StringSplitOptions.None);
        var inputs = sides[0].Split(',');

        for (var i = 0; i < Math.Min(inputs.Length, shapes.Length) && !equation.Contains("."); i++)
        {
            RequireRank(shapes[i], inputs[i].Length);
        }

        if (equation.Contains(".") || inputs.Length != shapes.Length || inputs.Zip(shapes, static (letters, shape) => shape.Rank != letters.Length).Any(static wrong => wrong))
        {
            return Unknown($"einsum '{equation}'", shapes);
        }

        // Without an arrow the letters that occur once, in alphabetical order.
        var output = sides.Length > 1 ? sides[1] : new string([.. sides[0].Where(char.IsLetter).GroupBy(static c => c).Where(static g => g.Count() == 1).Select(static g => g.Key).OrderBy(static c => c)]);
        var layouts = new Dictionary<char, Layout>();

        for (var i = 0; i < inputs.Length; i++)
        {
            for (var dim = 0; dim < inputs[i].Length; dim++)
            {
                var (letter, layout) = (inputs[i][dim], Dim(shapes[i], dim));

                if (!layouts.TryGetValue(letter, out var known) || known.IsOne)
                {
                    layouts[letter] = layout;
                }
                else if (!layout.IsOne)
                {
                    Unify(known, layout);
                }
            }
        }

        foreach (var letter in layouts.Keys.Where(letter => !output.Contains(letter)))
        {
            Sum(layouts[letter], [.. shapes.Where((_, i) => i < inputs.Length && inputs[i].Contains(letter))]);
        }

        if (output.Any(letter => !layouts.ContainsKey(letter)))
        {
            return Unknown($"einsum '{equation}'", shapes);
        }

        if (inputs.Length == 2)
        {
            var shared = layouts.Keys.Where(letter => inputs[0].Contains(letter) && inputs[1].Contains(letter)).ToArray();
            var batch = shared.Where(letter => output.Contains(letter)).ToArray();
            var own = output.Where(letter => !inputs[0].Contains(letter)).ToArray();

            if (batch.Length > 0 && own.Length == 1 && shared.Length == batch.Length + 1)
            {
                var contracted = layouts[shared.Except(batch).Single()];

                foreach (var letter in batch)
                {
                    MarkHeads(layouts[letter], contracted, layouts[own[0]]);
                }
            }
        }

        return Filled(Shape.Of([.. output.Select(letter => layouts[letter])]), shapes);
    }

    // Dots for dimensions of which it is not known how many there are: they stay in front of what the letters say. Null where the dots stand elsewhere.
    private Shape? EinsumBehind(string equation, Shape[] shapes)
    {
        var sides = equation.Split(["->"], StringSplitOptions.None);
        var terms = sides[0].Split(',');

        if (sides.Length != 2 || terms.Length != shapes.Length || !equation.Contains("...") || sides.SelectMany(static side => side.Split(',')).Any(static term => term.LastIndexOf('.') is not (-1 or 2))
            || sides[1].IndexOf('.') != 0)
        {
            return null;
        }

        var count = terms.Select(static term => term.TrimStart('.').Length).ToArray();
        var before = shapes.Select((shape, i) => terms[i].Contains('.') ? Before(shape.Node, count[i]) : null).ToArray();

        if (terms.Where((term, i) => term.Contains('.') && before[i] is null).Any())
        {
            return null;
        }

        var letters = shapes.Select((shape, i) => before[i] is null ? shape : TurnedAround(shape, Shape.Of([.. Ends(shape, count[i])]))).ToArray();
        var leading = before.OfType<Prefix>().Aggregate((a, b) => Broadcast(a, b, isWhole: false));

        return Einsum(equation.Replace("...", ""), letters).Dims is { } dims ? new(dims.Aggregate(leading, static (prefix, dim) => prefix.Append(dim))) : null;
    }

    // The dots become letters of their own, as many as there are dimensions left: aligned from the end, as broadcasting does.
    private static string WithoutEllipsis(string equation, Shape[] shapes)
    {
        var terms = equation.Split(["->"], StringSplitOptions.None)[0].Split(',');

        if (!equation.Contains("...") || terms.Length != shapes.Length || shapes.Zip(terms, static (shape, term) => term.Contains("...") && shape.Rank is null).Any(static isOpen => isOpen))
        {
            return equation;
        }

        var counts = shapes.Zip(terms, static (shape, term) => term.Contains("...") ? shape.Rank!.Value - term.Length + 3 : 0).ToArray();
        var free = new string([.. "ABCDEFGHIJKLMNOPQRSTUVWXYZ".Where(letter => !equation.Contains(letter))]);
        var most = counts.Max();

        if (counts.Any(static count => count < 0) || most > free.Length)
        {
            return equation;
        }

        var expanded = string.Join(",", terms.Select((term, i) => term.Replace("...", free.Substring(most - counts[i], counts[i]))));
        var output = equation.IndexOf("->", StringComparison.Ordinal) is >= 0 and var arrow ? equation.Substring(arrow).Replace("...", free.Substring(0, most)) : "";

        return expanded + output;
    }

    /// <summary>Scaled dot-product attention of [.., heads, queries, size], [.., heads, keys, size] and [.., heads, keys, value size].</summary>
    public Shape Attention(Shape query, Shape key, Shape value, Shape? mask = null)
    {
        var (size, valueSize) = (Dim(query, -1), Dim(value, -1));
        Unify(size, Dim(key, -1));
        Sum(size, query, key);
        Pin(size, PinKind.Mixed, IsCounted);
        Unify(Dim(key, -2), Dim(value, -2));

        if (query.Rank is < 3 || key.Rank is < 3 || value.Rank is < 3)
        {
            return WithEnds(query, 1, valueSize);
        }

        var (heads, keyHeads, queries, keys) = (Dim(query, -3), Dim(key, -3), Dim(query, -2), Dim(key, -2));
        UnifyHeads(keyHeads, Dim(value, -3));
        UnifyHeads(heads, keyHeads);
        attentionSites.Add(new(heads, keyHeads, At));
        MarkHeads(heads, size, valueSize);
        MarkHeads(keyHeads, size, valueSize);

        foreach (var axis in valueSize.Leaves)
        {
            axis.IsHeadSize = true;
        }

        var batch = Broadcast(Broadcast(Before(query.Node, 3)!, Before(key.Node, 3)!, true), Before(value.Node, 3)!, true);

        if (mask is not null)
        {
            _ = Join(new(batch.Append(heads).Append(queries).Append(keys)), mask);
        }

        return new(batch.Append(heads).Append(queries).Append(valueSize));
    }

    // Fewer key/value heads are each shared by as many query heads as it takes; a single one by all.
    private void UnifyHeads(Layout heads, Layout shared)
    {
        if (heads.IsOne || shared.IsOne)
        {
            return;
        }

        if (Differ(heads.Size, shared.Size) && Size.DivideExactly(heads.Size, shared.Size) is { } each)
        {
            shared = new Product([shared, NewAxis(each, "heads that share")]);
        }

        Unify(heads, shared);
    }

    // Queries by keys contract the size of a head; attention by values leaves it, and contracts what went through the softmax.
    private void MarkHeads(Layout heads, Layout contracted, Layout left)
    {
        foreach (var axis in heads.Leaves)
        {
            axis.IsHead = true;
        }

        headSizes.Add((heads, contracted.Leaves.Any(static axis => axis.IsSoftmaxed) ? left : contracted));
    }

    // A product for each item of a batch has no heads.
    private void MarkHeadSizes()
    {
        foreach (var axis in headSizes.Where(static pair => pair.Heads.Leaves.Any(static axis => axis.HasSlots)).SelectMany(static pair => pair.Size.Leaves))
        {
            axis.IsHeadSize = true;
        }
    }
}
