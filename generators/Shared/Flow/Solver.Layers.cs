namespace CompressDsl.Flow;

/// <content>Layers, whose facade supplies the sizes.</content>
public partial class Solver
{
    private const string NoWeights = "goes through a norm without weights, which counts its channels itself";

    private readonly List<Normalisation> normalisations = [];

    /// <summary>The normalisations, with canonical layouts.</summary>
    public IReadOnlyList<Normalisation> Normalisations => [.. normalisations.Select(static norm => norm with { Layout = norm.Layout.Resolved })];

    /// <summary>A linear layer: its inputs are the last dimension.</summary>
    public Shape LinearLayer(object owner, Shape x, Size? inputs, Size? outputs, bool hasBias)
    {
        Unify(Dim(x, -1), SlotAxis(owner, "weight", 1, SlotRole.Input, inputs));

        return WithEnds(x, 1, Outputs(owner, SlotAxis(owner, "weight", 0, SlotRole.Output, outputs), hasBias));
    }

    /// <summary>A table: adds a dimension at the end.</summary>
    public Shape EmbeddingLayer(object owner, Shape x, Size? width)
    {
        indices.Add(x.Node.Leaf);

        return WithEnds(x, 0, SlotAxis(owner, "weight", 1, SlotRole.Table, width));
    }

    /// <summary>
    /// A convolution: its inputs are the dimension before the spatial ones. With groups the channels are groups x channels of each; with as many groups as
    /// inputs the outputs are the inputs.
    /// </summary>
    public Shape ConvLayer(object owner, Shape x, int spatialDims, Size inputs, Size outputs, Size groups, bool transposed, bool hasBias)
    {
        RequireRank(x, spatialDims + 2);

        var channels = Dim(x, -spatialDims - 1);
        var (isDepthwise, isPlain) = (SameSize(groups, inputs), groups.Number == 1);

        if (!isDepthwise && groups.Number is null)
        {
            Pin(channels, PinKind.Hidden, "goes into groups of which it is not known how many there are");
        }

        // A depthwise group has one input, an ordinary convolution one group: axes of one element are not there.
        Axis? group = isPlain ? null : NewAxis(groups, $"{owner}.groups");
        var (inputsEach, outputsEach) = (NewAxis(isDepthwise && !isPlain ? 1 : inputs / groups, $"{owner}.in"), NewAxis(outputs / groups, $"{owner}.out"));
        var allInputs = group is null ? (Layout)inputsEach : new Product([group, inputsEach]);
        var allOutputs = group is null ? (Layout)outputsEach : new Product([group, outputsEach]);

        AddWeight(owner, 0, transposed ? SlotRole.Input : SlotRole.Output, transposed ? allInputs : allOutputs);
        AddWeight(owner, 1, transposed ? SlotRole.Output : SlotRole.Input, transposed ? outputsEach : inputsEach);
        Unify(channels, allInputs);
        Outputs(owner, allOutputs, hasBias);

        if (!isDepthwise && groups.Number is null)
        {
            Pin(allOutputs, PinKind.Hidden, "goes into groups of which it is not known how many there are");
        }

        return WithEnds(x, spatialDims + 1, [allOutputs, .. Enumerable.Range(0, spatialDims).Select(_ => NewPosition(null))]);
    }

    /// <summary>A batch or instance normalisation of dimension 1.</summary>
    /// <param name="owner">The layer.</param>
    /// <param name="x">Its input.</param>
    /// <param name="channels">How many channels it has.</param>
    /// <param name="affine">Whether it has a weight and a bias.</param>
    /// <param name="stats">Whether it has running statistics.</param>
    /// <param name="rank">How many dimensions its input has: 4 for <c>BatchNorm2d</c>; null where it may have two or three.</param>
    public Shape BatchNormLayer(object owner, Shape x, Size? channels, bool affine, bool stats, int? rank = null)
    {
        var layout = Channels(x, rank);
        Unify(layout, NewAxis(channels, $"{owner}"));

        foreach (var name in (string[])[.. affine ? ["weight", "bias"] : (string[])[], .. stats ? ["running_mean", "running_var"] : (string[])[]])
        {
            AddSlot(owner, name, 0, SlotRole.Norm, layout);
        }

        if (!affine && !stats)
        {
            CountItself(owner, "num_features", channels, layout);
        }

        // What is masked is zero again only by the weight and the bias.
        return affine ? x : Fill(x);
    }

    /// <summary>A normalisation over the last dimensions.</summary>
    public Shape LayerNormLayer(object owner, Shape x, Size?[] normalizedShape, bool weight, bool bias)
    {
        var layouts = normalizedShape.Select((_, i) => Dim(x, i - normalizedShape.Length)).ToArray();

        for (var i = 0; i < layouts.Length; i++)
        {
            Unify(layouts[i], NewAxis(normalizedShape[i], $"{owner}"));

            foreach (var name in (string[])[.. weight ? ["weight"] : (string[])[], .. bias ? ["bias"] : (string[])[]])
            {
                AddSlot(owner, name, i, SlotRole.Norm, layouts[i]);
            }
        }

        Normalise(owner, Layout.ProductOf(layouts), NormalisationKind.Layer);

        if (layouts.Length > 1)
        {
            Pin(Layout.ProductOf(layouts), PinKind.Mixed, "is normalised together with other dimensions");
        }

        if (weight || bias)
        {
            return x;
        }

        if (layouts.Length == 1)
        {
            CountItself(owner, "normalized_shape", normalizedShape[0], layouts[0]);
        }

        return Fill(x);
    }

    // A layer without a tensor of so many channels has a number of them nevertheless.
    private void CountItself(object owner, string name, Size? count, Layout layout) => CheckSize(new SizeSymbol(name, count?.Number, isWritable: true) { Owner = owner }, layout);

    /// <summary>A normalisation of groups of channels of dimension 1: whole groups can go.</summary>
    public Shape GroupNormLayer(object owner, Shape x, Size groups, Size channels, bool affine)
    {
        var inner = NewAxis(channels / groups, $"{owner}.channels");
        var layout = new Product([NewAxis(groups, $"{owner}.groups"), inner]);
        Pin(inner, PinKind.Mixed, "is normalised within its group");
        Unify(Channels(x, null), layout);

        foreach (var name in affine ? ["weight", "bias"] : (string[])[])
        {
            AddSlot(owner, name, 0, SlotRole.Norm, layout);
        }

        if (!affine)
        {
            Pin(layout, PinKind.Mixed, NoWeights);
        }

        return x;
    }

    /// <summary>A layer with one number for each channel of dimension 1, or one for all: the slopes of a PReLU.</summary>
    public Shape VectorLayer(object owner, Shape x, string parameter, Size? count)
    {
        if (count?.Number is not (null or 1))
        {
            Unify(Channels(x, null), SlotAxis(owner, parameter, 0, SlotRole.Other, count));
        }

        return x;
    }

    /// <summary>The matrix of a linear layer or a table, used directly.</summary>
    public Shape Matrix(object owner, string parameter)
        => new(Shape.Of(SlotAxis(owner, parameter, 0, SlotRole.Other, null), SlotAxis(owner, parameter, 1, SlotRole.Other, null)).Node) { IsHeld = true };

    /// <summary>The size of a dimension of a layer's parameter, as code reads it: it changes with the dimension.</summary>
    public Size WidthOf(object owner, string parameter, int dim, SlotRole role, Size? size) => SizeAt(SlotAxis(owner, parameter, dim, role, size).Resolved);

    /// <summary>A normalisation over the last dimension that is written by hand.</summary>
    public Shape Normalise(Shape x, object owner, NormalisationKind kind = NormalisationKind.RootMeanSquare)
    {
        Normalise(owner, Dim(x, -1), kind);
        Sum(Dim(x, -1), x);

        return x;
    }

    private void Normalise(object owner, Layout layout, NormalisationKind kind)
    {
        foreach (var axis in layout.Leaves)
        {
            axis.IsNormalised = true;
        }

        normalisations.Add(new(owner, layout, kind));
    }

    /// <summary>The layout along a dimension of a parameter, new where it is met for the first time.</summary>
    private Layout SlotAxis(object owner, string parameter, int dim, SlotRole role, Size? size)
    {
        if (slotLayouts.TryGetValue((owner, parameter, dim), out var known))
        {
            return known;
        }

        var axis = NewAxis(size, $"{owner}.{parameter}.{dim}");

        if (!axis.IsOne)
        {
            AddSlot(owner, parameter, dim, role, axis);
        }

        return axis;
    }

    private Layout Outputs(object owner, Layout outputs, bool hasBias)
    {
        if (hasBias)
        {
            AddSlot(owner, "bias", 0, SlotRole.Output, outputs);
        }

        return outputs;
    }

    private void AddWeight(object owner, int dim, SlotRole role, Layout layout)
    {
        if (!layout.IsOne)
        {
            AddSlot(owner, "weight", dim, role, layout);
        }
    }

    /// <summary>Dimension 1; of a tensor that may have two dimensions the last.</summary>
    private Layout Channels(Shape x, int? rank)
    {
        if (rank is { } known)
        {
            RequireRank(x, known);
        }

        if (x.Rank is null && x.Node.Ends.Count > 1)
        {
            Pin(x, PinKind.Ambiguous, RankUnknown);
            Doubts++;
        }

        return Dim(x, x.Rank is null or 1 ? -1 : 1);
    }
}
