using System.Globalization;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace CompressDsl.Reading;

/// <summary>TorchSharp's operations on tensors, and what each does to channels. The page docs/guides/channel-flow.md lists them.</summary>
internal sealed partial class MethodReader
{
    private FlowNode TensorOperation(IInvocationOperation invocation, string name)
    {
        var place = PlaceOf(invocation);
        var operands = new TensorOperands(invocation);

        if (!IsTorch(invocation.TargetMethod))
        {
            var what = invocation is { TargetMethod.MethodKind: MethodKind.DelegateInvoke, Instance: { } function } ? Abbreviate(function.Syntax.ToString()) : invocation.TargetMethod.Name;

            // What moves a tensor from one scope to another.
            if (invocation.TargetMethod.ContainingType.Name == "DisposeScope" && operands.Tensors.Length == 1)
            {
                return Shape(operands.First);
            }

            Escape(invocation, withTensors: false);

            return Whole(operands.Tensors.Length == 0 ? Lost(invocation) : Unknown($"'{what}'", place, operands.Tensors.Select(Shape)), invocation);
        }

        foreach (var argument in invocation.Arguments.Where(static argument => !FlowTypes.IsTensor(argument.Value.Unwrap().Type) && FlowTypes.Of(argument.Parameter?.Type).Kind is FlowKind.Nothing or FlowKind.Value))
        {
            Escape(argument.Value);
        }

        // In place, and out of it, are one to channels.
        name = name.Length > 1 ? name.TrimEnd('_') : name;

        return ElementWise.Contains(name) ? name is "add" or "sub" or "subtract" && operands.Tensors.Length == 1 ? Fill(operands.First, place)
                : Adding.Contains(name) && operands.Tensors.Length > 1 ? Call("Add", place, [.. operands.Tensors.Select(Shape)])
                : Join(place, operands.Tensors)
            : Filling.Contains(name) ? Call("Fill", place, Join(place, operands.Tensors))
            : Singular.Contains(name) || (name == "pow" && !IsPower(operands)) ? Call("Singular", place, Join(place, operands.Tensors), TextLiteral(name, place))
            : name == "pow" ? Shape(operands.First)
            : Dividing.Contains(name) ? operands.Tensors is [var dividend, var divisor] ? Call("Divide", place, Shape(dividend), Shape(divisor)) : Shape(operands.First)
            : Creating.Contains(name) ? Create(name, operands, place)
            : Mixing.Contains(name) ? Mix(name, operands, place)
            : Reducing.Contains(name) ? Reduce(name, operands, place)
            : Pooling.Contains(name) ? Pool(name, operands, place)
            : IsLoss(name) ? Call("Loss", place, [TextLiteral(name, place), .. operands.Tensors.Where(static tensor => !tensor.IsNull()).Select(Shape)])
            : Restructure(name, operands, place) ?? Combine(name, operands, place) ?? NotUnderstood();

        FlowNode NotUnderstood()
        {
            Escape(invocation, withTensors: false);

            return Whole(Unknown($"'{name}'", place, operands.Tensors.Where(static tensor => !tensor.IsNull()).Select(Shape)), invocation);
        }
    }

    private FlowNode Fill(IOperation tensor, FlowPlace place) => Call("Fill", place, Shape(tensor));

    private static bool IsPower(TensorOperands operands)
        => operands.Tensors.Length == 1 && operands["exponent"]?.Unwrap().ConstantValue is { HasValue: true, Value: { } exponent } && Convert.ToDouble(exponent, CultureInfo.InvariantCulture) >= 1;

    /// <summary>What an operator makes of two operands, of which at least one is a tensor.</summary>
    private FlowNode Arithmetic(BinaryOperatorKind kind, IOperation left, IOperation right, FlowPlace place)
    {
        Escape(FlowTypes.IsTensor(left.Unwrap().Type) ? null : left);
        Escape(FlowTypes.IsTensor(right.Unwrap().Type) ? null : right);
        var areTensors = (FlowTypes.IsTensor(left.Unwrap().Type), FlowTypes.IsTensor(right.Unwrap().Type));

        return (kind, areTensors) switch
        {
            (BinaryOperatorKind.Multiply or BinaryOperatorKind.And, _) => Join(place, left, right),
            (BinaryOperatorKind.Add or BinaryOperatorKind.Subtract or BinaryOperatorKind.Or or BinaryOperatorKind.ExclusiveOr, (true, true)) => Call("Add", place, Shape(left), Shape(right)),
            (BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder, (true, true)) => Call("Divide", place, Shape(left), Shape(right)),
            (BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder, (true, false)) => Shape(left),
            (BinaryOperatorKind.Divide or BinaryOperatorKind.Remainder, (false, true)) => Call("Singular", place, Shape(right), TextLiteral(left.Syntax + " / x", place)),

            // A number that is added, or compared with.
            _ => Call("Fill", place, Join(place, left, right)),
        };
    }

    // A tensor of constants or positions, of the sizes that it is given.
    private FlowNode Create(string name, TensorOperands operands, FlowPlace place) => name switch
    {
        "arange" when operands["start"]?.Unwrap().ConstantValue is { HasValue: true, Value: 0 or 0L } && operands["stop"]?.Unwrap() is { Type: { } whole } end && FlowTypes.IsInteger(whole)
            => Call("Positions", place, operands["step"]?.Unwrap() is { ConstantValue: { HasValue: true, Value: int or long } } step ? new FlowNode(FlowOp.Binary, "/", [Size(end), Size(step)], place) : Size(end)),
        "arange" => Call("Positions", place, operands["start"] is null && operands["stop"]?.Unwrap() is { Type: { } type } stop && FlowTypes.IsInteger(type) ? Size(stop) : UnknownSize(operands.First)),
        "linspace" or "logspace" => Call("Positions", place, operands["steps"] is { } steps ? Size(steps) : UnknownSize(operands.First)),
        "eye" when operands["rows"] is { } rows => Call("Positions", place, Size(rows), Size(operands["columns"] is { ConstantValue.HasValue: false } columns ? columns : rows)),
        "randperm" => Call("Known", place, UnknownSize(operands.First)),
        _ when operands.Sizes is [{ Type: var type } list] && FlowTypes.Of(type).Kind == FlowKind.Sizes => Call("Known", place, Sizes(list)),
        _ when operands.Sizes is { Count: > 0 } sizes => Call("Known", place, [.. sizes.Select(Size)]),
        _ => Call("Constant", place),
    };

    private FlowNode Pool(string name, TensorOperands operands, FlowPlace place)
    {
        var spatial = name.IndexOf("1d", StringComparison.Ordinal) > 0 ? "1" : name.IndexOf("3d", StringComparison.Ordinal) > 0 ? "3" : "2";
        var sizes = name.StartsWith("adaptive", StringComparison.Ordinal) ? operands["output_size"]?.Unwrap() : null;
        FlowNode[] after = sizes switch
        {
            null => [],
            ITupleOperation tuple => [.. tuple.Elements.Select(Size)],
            { Type: { } type } when FlowTypes.IsInteger(type) => [Size(sizes)],
            { Type: var type } when FlowTypes.Of(type).Kind == FlowKind.Sizes => [Sizes(sizes)],
            _ => [],
        };

        return name.IndexOf("pool", StringComparison.Ordinal) < 0 ? Call("Interpolate", place, Shape(operands.First)) : Call("Pool", place, [Shape(operands.First), Literal(spatial, place), .. after]);
    }

    // What gives several tensors gives several that nobody understands.
    private static FlowNode Whole(FlowNode shape, IInvocationOperation invocation) => Default(FlowTypes.Of(invocation.Type), shape, shape.Place);

    private FlowNode? Restructure(string name, TensorOperands operands, FlowPlace place)
    {
        FlowNode X() => Shape(operands.First);

        return name switch
        {
            "view" or "reshape" => operands["shape"] is { } sizes
                ? ShapeOf(sizes.Unwrap()) is { } other ? Call("ViewAs", place, X(), Shape(other)) : Call("View", place, X(), Sizes(sizes))
                : null,
            "view_as" or "reshape_as" => Call("ViewAs", place, X(), Shape(operands["other"]!)),
            "flatten" => Call("Flatten", place, X(), Number(operands["start_dim"], 0), Number(operands["end_dim"], -1)),
            "ravel" => Call("Flatten", place, X(), Literal("0", place), Literal("-1", place)),
            "unflatten" when operands["sizes"] is { } sizes => With(operands["dim"], dim => Call("Unflatten", place, X(), dim, Sizes(sizes))),
            "squeeze" => operands["dim"] is { } dim && !dim.IsNull() ? With(dim, known => Call("Squeeze", place, X(), known)) : Call("Squeeze", place, X()),
            "unsqueeze" => With(operands["dim"], dim => Call("Unsqueeze", place, X(), dim)),
            "transpose" or "swapaxes" or "swapdims" => With(operands.Integers.ElementAtOrDefault(0), first => With(operands.Integers.ElementAtOrDefault(1), second => Call("Transpose", place, X(), first, second))),
            "t" => Call("Transpose", place, X(), Literal("-2", place), Literal("-1", place)),
            "permute" => Numbers(operands["permutation"]) is { } order ? Call("Permute", place, [X(), .. order]) : null,
            "movedim" or "moveaxis" => Numbers(operands["source"]) is [var from] && Numbers(operands["destination"]) is [var to] ? Call("MoveDim", place, X(), from, to) : null,
            "expand" or "broadcast_to" when (operands["sizes"] ?? operands["shape"]) is { } sizes => Call("Expand", place, X(), Sizes(sizes)),
            "expand_as" => Call("Join", place, X(), Shape(operands["other"]!)),
            "repeat" or "tile" when (operands["sizes"] ?? operands["reps"] ?? operands["dims"]) is { } sizes => Call("Repeat", place, X(), Sizes(sizes)),
            "repeat_interleave" when operands["repeats"] is { } times && FlowTypes.IsInteger(times.Type!) && operands["dim"] is { } dim
                => With(dim, known => Call("RepeatInterleave", place, X(), Size(times), known)),
            "split" or "tensor_split" => Split(name, operands, place),
            "chunk" => operands["chunks"] is { } count ? With(count, known => Call("Chunk", place, X(), known, Number(operands["dim"], 0))) : null,
            "unbind" => Call("Unbind", place, X(), Number(operands["dim"] ?? operands["dimension"], 0)),
            "narrow" => With(operands["dim"], dim => operands["start"] is { } start && operands["length"] is { } length && !FlowTypes.IsTensor(start.Type)
                ? Call("Narrow", place, X(), dim, Size(start), Size(length))
                : Call("Narrow", place, X(), dim)),
            "slice" => With(operands["dim"], dim => operands["start"] is { } start && operands["finish"] is { } finish && operands["step"]?.Unwrap().ConstantValue is { HasValue: true, Value: 1 or 1L }
                ? Call("Narrow", place, X(), dim, Size(start), new FlowNode(FlowOp.Binary, "-", [Size(finish), Size(start)], place))
                : Call("Narrow", place, X(), dim)),
            "select" => With(operands["dim"], dim => Call("Select", place, X(), dim, Dimension(operands["index"]) ?? Literal("0", place))),
            "index_select" or "take_along_dim" or "gather" => With(operands["dim"], dim => Call("Gather", place, X(), dim)),
            "tril" or "triu" => Call("Mix", place, Call("Mix", place, X(), Literal("-1", place), TextLiteral(name, place)), Literal("-2", place), TextLiteral(name, place)),
            "pad" => PaddedDims(operands["pad"] ?? operands["padding"]) is { } padded ? Call("Pad", place, [X(), .. padded.Select(dim => Literal($"{dim}", place))]) : null,
            "pixel_shuffle" => (operands["upscale_factor"] ?? operands["upscaleFactor"]) is { } up ? Call("PixelShuffle", place, X(), Size(up)) : null,
            "pixel_unshuffle" => (operands["downscale_factor"] ?? operands["downscaleFactor"]) is { } down ? Call("PixelUnshuffle", place, X(), Size(down)) : null,
            "unfold" => (operands["dimension"] ?? operands["dim"]) is { } along ? With(along, dim => Call("Windows", place, X(), dim)) : Call("Unfold", place, X()),
            "softmax2d" => Call("Mix", place, X(), Literal("-3", place)),
            "local_response_norm" => Call("Mix", place, X(), Literal("1", place), TextLiteral(name, place)),
            "cosine_similarity" when operands.Tensors is [var a, var b] => Call("Similarity", place, Shape(a), Shape(b), Number(operands["dim"], 1)),
            "glu" => Call("Glu", place, X(), Number(operands["dim"], -1)),
            "normalize" => Call("Unit", place, X(), Number(operands["dim"], 1)),
            "one_hot" => Call("Constant", place),
            _ => null,
        };

        FlowNode Number(IOperation? value, int otherwise)
            => Dimension(value) is { } known ? known : Literal(otherwise.ToString(CultureInfo.InvariantCulture), place);
    }

    private FlowNode? Combine(string name, TensorOperands operands, FlowPlace place)
    {
        switch (name)
        {
            case "cat" or "concat" or "concatenate" or "stack":
                var list = operands["tensors"] is { } tensors ? Shapes(tensors, FlowTypes.Of(tensors.Type).Source) : null;
                var dim = Dimension(operands["dim"] ?? operands["axis"]) is { } known ? known : Literal("0", place);
                return list is null ? null : Call(name == "stack" ? "Stack" : "Cat", place, list, dim);
            case "hstack" or "vstack" when operands["tensors"] is { } stacked:
                var beside = Shapes(stacked, FlowTypes.Of(stacked.Type).Source);
                return name == "hstack" ? Call("HStack", place, beside) : Call("Cat", place, beside, Literal("0", place));
            case "matmul" or "bmm" or "mm":
                return operands.Tensors is [var left, var right, ..] ? Call("Matmul", place, Shape(left), Shape(right)) : null;
            case "baddbmm" or "addmm":
                return operands.Tensors is [var sum, var first, var second, ..] ? Call("Join", place, Call("Matmul", place, Shape(first), Shape(second)), Shape(sum)) : null;
            case "einsum" when operands["equation"] is { ConstantValue: { HasValue: true, Value: string equation } } && operands["tensors"] is { } inputs:
                return Call("Einsum", place, TextLiteral(equation, place), Shapes(inputs, ""));
            case "scaled_dot_product_attention":
                return operands["query"] is { } query && operands["key"] is { } key && operands["value"] is { } value
                    ? Call("Attention", place, [Shape(query), Shape(key), Shape(value), .. operands["attn_mask"] is { } mask && !mask.Unwrap().IsNull() ? [Shape(mask)] : Array.Empty<FlowNode>()])
                    : null;
            case "linear":
                return operands.Tensors.Length >= 2 ? Call("Linear", place, [.. operands.Tensors.Select(Shape)]) : null;
            case "conv1d" or "conv2d" or "conv3d" or "conv_transpose1d" or "conv_transpose2d" or "conv_transpose3d"
                when operands["groups"] is null or { ConstantValue: { HasValue: true, Value: 1 or 1L } } && operands.Tensors is [var image, var kernel, ..]:
                return Call(
                    "Conv",
                    place,
                    Shape(image),
                    Shape(kernel),
                    operands["bias"] is { } bias && !bias.IsNull() ? Shape(bias) : Nothing(place),
                    Literal(name[name.Length - 2].ToString(), place),
                    Literal(name.StartsWith("conv_t", StringComparison.Ordinal) ? "true" : "false", place));
            case "batch_norm" or "instance_norm":
                return Call("Channelwise", place, [.. operands.Tensors.Where(static tensor => !tensor.IsNull()).Select(Shape)]);
            case "index_copy" or "index_add" or "index_put" or "scatter" or "scatter_add" or "index_fill":
                return Scatter(name, operands, place);
            case "layer_norm":
                return Call("LayerNorm", place, [.. operands.Tensors.Select(Shape)]);
            case "prelu":
                return operands.Tensors is [var x, var slope] ? Call("Join", place, Shape(x), Shape(slope)) : null;
            case "embedding":
                return operands.Tensors is [var tokens, var table] ? Call("Lookup", place, Shape(tokens), Shape(table)) : null;
            default:
                return null;
        }
    }

    // Pairs of how much comes before and after, from the last dimension on; null where they do not stand one by one.
    private static IEnumerable<int>? PaddedDims(IOperation? padding)
    {
        IReadOnlyList<IOperation>? sizes = padding?.Unwrap() switch
        {
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues,
            ICollectionExpressionOperation collection when !collection.Elements.Any(static element => element is ISpreadOperation) => collection.Elements,
            ITupleOperation tuple => tuple.Elements,
            { Type: { } type } one when FlowTypes.IsInteger(type) => [one],
            _ => null,
        };

        return sizes?.Select(static (size, index) => (IsPadded: size.Unwrap().ConstantValue is not { HasValue: true, Value: 0 or 0L }, Dim: -1 - index / 2))
            .Where(static pair => pair.IsPadded).Select(static pair => pair.Dim).Distinct();
    }

    // What is written where an index says: the dimension along which it says so is not looked into.
    private FlowNode? Scatter(string name, TensorOperands operands, FlowPlace place)
    {
        var source = operands["source"] ?? operands["src"];

        return operands["dim"] is not { } dim ? null
            : With(dim, along => source is null
                ? Call("Gather", place, Shape(operands.First), along)
                : Call("Join", place, Call("Gather", place, Shape(operands.First), along), Call("Gather", place, Shape(source), along)));
    }

    private FlowNode? Split(string name, TensorOperands operands, FlowPlace place)
    {
        var sizes = operands["sizes"] ?? operands["split_size_or_sections"] ?? operands["size"] ?? operands["indices_or_sections"];
        var dim = Dimension(operands["dim"]) is { } known ? known : Literal("0", place);

        return sizes is null || FlowTypes.IsTensor(sizes.Type) ? null
            : FlowTypes.Of(sizes.Type).Kind == FlowKind.Sizes ? (name == "split" ? Call("Split", place, Shape(operands.First), Sizes(sizes), dim) : null)
            : name == "split" ? Call("Split", place, [Shape(operands.First), Size(sizes), dim, .. operands.Taken is { } count ? [Literal($"{count}", place)] : Array.Empty<FlowNode>()])
            : With(sizes, count => Call("Chunk", place, Shape(operands.First), count, dim));
    }

    private FlowNode Mix(string name, TensorOperands operands, FlowPlace place)
    {
        var dims = (operands.Dims ?? (operands["dim"] is { } byDefault ? [byDefault] : [])).Select(Dimension).ToArray();

        return dims.Length == 0 || dims.Contains(null) ? Unknown($"'{name}'", place, [Shape(operands.First)])
            : dims.Aggregate(Shape(operands.First), (shape, along) => Call("Mix", place, [shape, along!, .. name is "softmax" ? Array.Empty<FlowNode>() : [TextLiteral(name, place)]]));
    }

    private FlowNode Reduce(string name, TensorOperands operands, FlowPlace place)
    {
        // max(a, b) of two tensors is element-wise.
        if (operands.Tensors is { Length: 2 } && name is "max" or "min")
        {
            return Join(place, [.. operands.Tensors]);
        }

        var dims = operands.Dims;
        var keep = operands["keepdim"] is { } given && ReadValue(given) is { Op: FlowOp.Literal } flag ? flag : Literal("false", place);
        var listed = dims?.Select(Dimension).ToArray();

        return listed is null && !operands.HasDims ? Call("ReduceAll", place, TextLiteral(name, place), Shape(operands.First))
            : listed is null || listed.Contains(null) ? Unknown(name, place, [Shape(operands.First)])
            : Call("Reduce", place, [TextLiteral(name, place), Shape(operands.First), keep, .. listed.Select(static dim => dim!)]);
    }

    private FlowNode? With(IOperation? value, Func<FlowNode, FlowNode?> make) => Dimension(value) is { } known ? make(known) : null;

    private FlowNode[]? Numbers(IOperation? list)
    {
        var items = list is null ? null : list.Unwrap() switch
        {
            IArrayCreationOperation { Initializer: { } initializer } => initializer.ElementValues.Select(Dimension).ToArray(),
            ICollectionExpressionOperation collection => collection.Elements.Select(Dimension).ToArray(),
            { Type: { } type } one when FlowTypes.IsInteger(type) => [Dimension(one)],
            _ => null,
        };

        return items is null || items.Contains(null) ? null : items.Select(static item => item!).ToArray();
    }
}
