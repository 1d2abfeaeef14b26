using System.Globalization;
using CompressDsl.Flow;
using CompressDsl.Models;

namespace CompressDsl.Reading;

/// <summary>The operations of the solver, by their names.</summary>
internal sealed partial class FlowRun
{
    private object? Operate(FlowNode node, Frame frame)
    {
        var items = node.Items.Select(item => Evaluate(item, frame)).ToArray();

        // What the arguments are made of stands elsewhere.
        StandAt(node);

        return node.Text switch
        {
            "Constant" => solver.Constant(),
            "Known" => solver.Known(SizesFrom(items, node)),
            "Unknown" => solver.Unknown((string)((Known)items[0]!).Value!, [.. items.Skip(1).SelectMany(ShapesIn)]),
            "UnknownSize" => Placed(solver.UnknownSize((string)((Known)items[0]!).Value!), node),
            "UnknownSizes" => solver.UnknownSizes(),
            "SizesBetween" => solver.SizesBetween(ShapeFrom(items[0]), Dim(items[1]), Dim(items[2]), Truth(items[3]) == true),
            "RankOf" => solver.RankOf(ShapeFrom(items[0])) is >= 0 and var rank ? new Known((long)rank) : Unknown.Value,
            "ItemOf" => items[0] is ShapeList { Items.Count: > 0 } several ? solver.ItemOf(several.Items, Number(items[1]) is { } at ? (int)at : 0) : Opaque(items),
            "Counted" => CountSizes(items, node),
            "Positions" => solver.Positions(SizesFrom(items, node)),
            "Escape" => EscapeFrom(items),
            "Return" => ReturnFrom(items),
            "Held" => solver.HeldConstant(),
            "Lost" => solver.Lost((string)((Known)items[0]!).Value!),
            "Keep" => items[2] is null or Shape ? solver.Keep(OwnerOf(items[0]), (string)((Known)items[1]!).Value!, items[2] as Shape) : Opaque(items),
            "Kept" => solver.Kept(OwnerOf(items[0]), (string)((Known)items[1]!).Value!),
            "Put" => Put(items),
            "Fill" => solver.Fill(ShapeFrom(items[0])),
            "Singular" => solver.Singular(ShapeFrom(items[0]), (string)((Known)items[1]!).Value!),
            "Divide" => solver.Divide(ShapeFrom(items[0]), ShapeFrom(items[1])),
            "Conv" => solver.Conv(ShapeFrom(items[0]), ShapeFrom(items[1]), items[2] as Shape, Dim(items[3]), Truth(items[4]) == true),
            "Channelwise" => solver.Channelwise(ShapeFrom(items[0]), [.. items.Skip(1).OfType<Shape>()]),
            "PixelShuffle" => solver.PixelShuffle(ShapeFrom(items[0]), AsSize(items[1], node)),
            "PixelUnshuffle" => solver.PixelUnshuffle(ShapeFrom(items[0]), AsSize(items[1], node)),
            "Unfold" => solver.Unfold(ShapeFrom(items[0])),
            "Windows" => solver.Windows(ShapeFrom(items[0]), Dim(items[1])),
            "Loss" => solver.Loss((string)((Known)items[0]!).Value!, [.. items.Skip(1).SelectMany(ShapesIn)]),
            "Similarity" => solver.Similarity(ShapeFrom(items[0]), ShapeFrom(items[1]), Dim(items[2])),
            "HStack" => items[0] is ShapeList { IsWhole: true, Items.Count: > 0 } beside ? solver.HStack(beside.Items) : Opaque(items),
            "Either" => Merge(items[0], items[1], isFirst: false),
            "Sizes" => items[0] is Shape x ? solver.Sizes(x) : Unknown.Value,
            "SizeAt" when items[0] is Shape { IsHeld: true } => Placed(new SizeSymbol("?") { IsUnknown = true }, node),
            "SizeAt" => Placed(solver.SizeAt(ShapeFrom(items[0]), Dim(items[1])), node),
            "Join" => solver.Join([.. items.SelectMany(ShapesIn)]),
            "Add" => solver.Add([.. items.SelectMany(ShapesIn)]),
            "View" => items.Length > 1 && items.Skip(1).All(static item => item is Size or Size[] or Known or Unknown) ? solver.View(ShapeFrom(items[0]), SizesFrom(items.Skip(1), node)) : Opaque(items),
            "ViewAs" => solver.ViewAs(ShapeFrom(items[0]), ShapeFrom(items[1])),
            "Flatten" => solver.Flatten(ShapeFrom(items[0]), Dim(items[1]), Dim(items[2])),
            "Unflatten" => solver.Unflatten(ShapeFrom(items[0]), Dim(items[1]), SizesFrom(items.Skip(2), node)),
            "Squeeze" => solver.Squeeze(ShapeFrom(items[0]), items.Length > 1 ? Dim(items[1]) : null),
            "Unsqueeze" => solver.Unsqueeze(ShapeFrom(items[0]), Dim(items[1])),
            "Transpose" => solver.Transpose(ShapeFrom(items[0]), Dim(items[1]), Dim(items[2])),
            "Permute" => solver.Permute(ShapeFrom(items[0]), [.. items.Skip(1).Select(Dim)]),
            "MoveDim" => solver.MoveDim(ShapeFrom(items[0]), Dim(items[1]), Dim(items[2])),
            "Expand" => solver.Expand(ShapeFrom(items[0]), SizesFrom(items.Skip(1), node)),
            "Repeat" => solver.Repeat(ShapeFrom(items[0]), SizesFrom(items.Skip(1), node)),
            "RepeatInterleave" => solver.RepeatInterleave(ShapeFrom(items[0]), AsSize(items[1], node), Dim(items[2])),
            "Split" => Split(node, items),
            "Chunk" => Whole(solver.Chunk(ShapeFrom(items[0]), Dim(items[1]), Dim(items[2]))),
            "Unbind" => Whole(solver.Unbind(ShapeFrom(items[0]), Dim(items[1]))),
            "Narrow" => items.Length > 2 ? solver.Narrow(ShapeFrom(items[0]), Dim(items[1]), AsSize(items[2], node), AsSize(items[3], node)) : solver.Narrow(ShapeFrom(items[0]), Dim(items[1])),
            "Select" => solver.Select(ShapeFrom(items[0]), Dim(items[1])),
            "Gather" => solver.Gather(ShapeFrom(items[0]), Dim(items[1])),
            "Index" => solver.Index(ShapeFrom(items[0]), [.. items.Skip(1).OfType<ShapeIndex>()]),
            "Pad" => solver.Pad(ShapeFrom(items[0]), [.. items.Skip(1).Select(Dim)]),
            "Unit" => solver.Unit(ShapeFrom(items[0]), Dim(items[1])),
            "Pool" => solver.Pool(ShapeFrom(items[0]), Dim(items[1]), SizesFrom(items.Skip(2), node)),
            "Interpolate" => solver.Interpolate(ShapeFrom(items[0])),
            "Glu" => solver.Glu(ShapeFrom(items[0]), Dim(items[1])),
            "Mix" => solver.Mix(ShapeFrom(items[0]), Dim(items[1]), items.Length > 2 ? (string)((Known)items[2]!).Value! : "softmax"),
            "Reduce" => solver.Reduce((string)((Known)items[0]!).Value!, ShapeFrom(items[1]), Truth(items[2]) == true, [.. items.Skip(3).Select(Dim)]),
            "ReduceAll" => solver.ReduceAll((string)((Known)items[0]!).Value!, ShapeFrom(items[1])),
            "Cat" or "Stack" => Assemble(node.Text, items),
            "Matmul" => solver.Matmul(ShapeFrom(items[0]), ShapeFrom(items[1])),
            "Einsum" => items[1] is ShapeList { IsWhole: true } factors ? solver.Einsum((string)((Known)items[0]!).Value!, [.. factors.Items]) : Opaque(items),
            "Attention" => solver.Attention(ShapeFrom(items[0]), ShapeFrom(items[1]), ShapeFrom(items[2]), items.Length > 3 ? items[3] as Shape : null),
            "Linear" => solver.Linear(ShapeFrom(items[0]), ShapeFrom(items[1]), items.Length > 2 ? items[2] as Shape : null),
            "LayerNorm" => solver.LayerNorm(ShapeFrom(items[0]), [.. items.Skip(1).OfType<Shape>()]),
            "Lookup" => solver.Lookup(ShapeFrom(items[0]), ShapeFrom(items[1])),
            "Normalise" => solver.Normalise(ShapeFrom(items[0]), OwnerOf(items[1])),
            "NativeAttention" => Pair(solver.NativeAttention(
                OwnerOf(items[0]), ShapeFrom(items[1]), ShapeFrom(items[2]), ShapeFrom(items[3]), items.Length > 4 ? items[4] as Size : null, new SizeSymbol("width"))),
            "Weight" => Weight(items),
            "WidthOf" => WidthOf(node, items),
            _ => Opaque(items),
        };
    }

    /// <summary>The result of something that the compiler cannot follow and the program can: it is not held against anybody.</summary>
    private Shape Opaque(IEnumerable<object?> arguments) => solver.Hidden([.. arguments.SelectMany(ShapesIn)]);

    private Shape ShapeFrom(object? value) => value as Shape ?? Opaque([value]);

    private static object OwnerOf(object? value) => value is Held held ? held.Path : "?";

    private static int Dim(object? value)
        => Number(value) is { } number ? (int)number : throw new InvalidOperationException("A dimension that is not known.");

    private Size[] SizesFrom(IEnumerable<object?> items, FlowNode node)
        => [.. items.SelectMany(item => item is Size[] sizes ? sizes : [AsSize(item, node)])];

    private static ShapeList Whole(Shape[] shapes) => new([.. shapes], isWhole: true);

    private ShapeList Split(FlowNode node, object?[] items)
        => Whole(items[1] is Size[] sizes ? solver.Split(ShapeFrom(items[0]), sizes, Dim(items[2])) : solver.Split(
            ShapeFrom(items[0]), AsSize(items[1], node), Dim(items[2]), items.Length > 3 ? Dim(items[3]) : null));

    private static object?[] Pair((Shape First, Shape Second) pair) => [pair.First, pair.Second];

    // Of any number of tensors nobody knows where one ends.
    private Shape Assemble(string name, object?[] items) => items[0] switch
    {
        ShapeList { IsWhole: true, Items.Count: > 0 } list => name == "Cat" ? solver.Cat(list.Items, Dim(items[1])) : solver.Stack(list.Items, Dim(items[1])),
        _ => Opaque(items),
    };

    private object? CountSizes(object?[] items, FlowNode node)
    {
        solver.Counted(SizesFrom(items, node));

        return null;
    }

    private object? EscapeFrom(object?[] items)
    {
        solver.Escape(OwnerOf(items[0]), (string)((Known)items[1]!).Value!);

        return null;
    }

    private object? ReturnFrom(object?[] items)
    {
        solver.Return([.. items.SelectMany(ShapesIn)]);

        return null;
    }

    private object? Put(object?[] items)
    {
        solver.Put(ShapeFrom(items[0]), ShapeFrom(items[1]));

        return null;
    }

    private Shape Weight(object?[] items) => items[0] is Held held && items[1] is Known { Value: "weight" } ? solver.Matrix(held.Path, "weight") : solver.Constant();

    private Size WidthOf(FlowNode node, object?[] items)
        => (items[0], (items[1] as Known)?.Value) switch
        {
            (Held held, "out_features") => Placed(solver.WidthOf(held.Path, "weight", 0, SlotRole.Output, null), node),
            (Held held, "in_features") => Placed(solver.WidthOf(held.Path, "weight", 1, SlotRole.Input, null), node),
            _ => Placed(new SizeSymbol($"{(items[1] as Known)?.Value}"), node),
        };

    private object? CallLayer(FlowNode node, Frame frame)
    {
        var (layer, x) = (Evaluate(node.Items[0], frame), ShapeFrom(Evaluate(node.Items[1], frame)));
        var given = node.Items.Skip(2).ToArray();
        var owner = OwnerOf(layer);
        StandAt(node);

        switch (node.Text)
        {
            case "Linear" or "SparseLinear":
                return solver.LinearLayer(owner, x, Given(0), Given(1), hasBias: true);
            case "Conv1d" or "Conv2d" or "Conv3d" or "ConvTranspose1d" or "ConvTranspose2d" or "ConvTranspose3d":
                var inputs = Given(0) ?? Named("in_channels");
                var groups = given.Length > 2 && given[2].Text == "in_channels" ? inputs : given.Length > 2 ? Given(2) ?? Named("groups") : 1;
                return solver.ConvLayer(owner, x, node.Text[node.Text.Length - 2] - '0', inputs, Given(1) ?? Named("out_channels"), groups, node.Text.StartsWith("ConvT", StringComparison.Ordinal), hasBias: true);
            case "Embedding":
                return solver.EmbeddingLayer(owner, x, Given(0));
            case "BatchNorm1d" or "InstanceNorm1d":
                return solver.BatchNormLayer(owner, x, Given(0), affine: true, stats: true, node.Text[0] == 'I' ? 3 : null);
            case "BatchNorm2d" or "BatchNorm3d" or "InstanceNorm2d" or "InstanceNorm3d":
                return solver.BatchNormLayer(owner, x, Given(0), affine: true, stats: true, node.Text[node.Text.Length - 2] - '0' + 2);
            case "LayerNorm":
                return solver.LayerNormLayer(owner, x, [Given(0)], weight: true, bias: true);
            case "GroupNorm":
                return solver.GroupNormLayer(owner, x, Given(0) ?? Named("num_groups"), Given(1) ?? Named("num_channels"), affine: true);
            case "Flatten":
                return given.Length == 2 && Given(0)?.Number is { } start && Given(1)?.Number is { } end ? solver.Flatten(x, (int)start, (int)end) : Opaque([x]);
            case "Softmax" or "LogSoftmax" or "Softmin":
                return Given(0)?.Number is { } dim ? solver.Mix(x, (int)dim) : Opaque([x]);
            case "GLU":
                return Given(0)?.Number is { } along ? solver.Glu(x, (int)along) : Opaque([x]);
            case "PixelShuffle" or "PixelUnshuffle" when Given(0) is { } factor:
                return node.Text == "PixelShuffle" ? solver.PixelShuffle(x, factor) : solver.PixelUnshuffle(x, factor);
            case "PReLU":
                return x;
            default:
                return solver.SimpleLayer(node.Text, x) ?? (node.Text is "Unflatten" or "PixelShuffle" or "PixelUnshuffle" ? Opaque([x]) : solver.Unknown(node.Text, x));
        }

        Size? Given(int index) => index < given.Length && long.TryParse(given[index].Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

        Size Named(string name) => new SizeSymbol($"{owner}.{name}");
    }
}
