using System.Globalization;
using CompressDsl.Flow;
using CompressDsl.Models;

namespace CompressDsl.Reading;

/// <summary>Expressions.</summary>
internal sealed partial class FlowRun
{
    private object? Evaluate(FlowNode node, Frame frame)
    {
        StandAt(node);

        return node.Op switch
        {
            FlowOp.Local => Variable(node, frame),
            FlowOp.Model => ModelOf(frame),
            FlowOp.Member => Evaluate(node.Items[0], frame) switch
            {
                Held held => held.Member(node.Text.TrimEnd('!')),
                ShapeList { IsWhole: true } list when node.Text is "Count" or "Length" => new Known((long)list.Items.Count),
                _ => Unknown.Value,
            },
            FlowOp.Accessor => Evaluate(node.Items[0], frame) is Held held ? held.Member(node.Text.TrimEnd('!')) : Unknown.Value,
            FlowOp.Literal => Parse(node.Text),
            FlowOp.Number => Placed(long.Parse(node.Text, CultureInfo.InvariantCulture), node),
            FlowOp.Count or FlowOp.Fixed => Count(node, frame),
            FlowOp.HeldTensor => HeldTensor(node, frame),
            FlowOp.SizeOfValue => Number(Evaluate(node.Items[0], frame)) is { } number ? Placed(number, node) : Placed(new SizeSymbol("?") { IsUnknown = true }, node),
            FlowOp.ValueOfSize => Evaluate(node.Items[0], frame) is Size { IsNumber: true, Number: { } value } ? new Known(value) : Unknown.Value,
            FlowOp.Null => node.Text == "default" ? Unknown.Value : null,
            FlowOp.Call => Operate(node, frame),
            FlowOp.Layer => CallLayer(node, frame),
            FlowOp.Invoke => InvokeMethod(node, frame),
            FlowOp.InvokeLocal => InvokeLocal(node, frame),
            FlowOp.Lambda => node,
            FlowOp.Dispatch => Opaque([Evaluate(node.Items[1], frame)]),
            FlowOp.Static => CallStatic(node, frame),
            FlowOp.IfNotNull => IfNotNull(node, frame),
            FlowOp.Binary => Combine(node, Evaluate(node.Items[0], frame), Evaluate(node.Items[1], frame)),
            FlowOp.Unary => Negate(node, Evaluate(node.Items[0], frame)),
            FlowOp.IsNull => IsNull(Evaluate(node.Items[0], frame)),
            FlowOp.Is => Test(node, frame),
            FlowOp.Conditional => Choose(node, frame),
            FlowOp.Coalesce => Evaluate(node.Items[0], frame) is var first && first is Shape ? first : first is null ? Evaluate(node.Items[1], frame) : Merge(first, Evaluate(node.Items[1], frame), isFirst: false),
            FlowOp.Cast => Evaluate(node.Items[0], frame),
            FlowOp.Shapes when node.Text == "new" => EmptyList(Number(Evaluate(node.Items[0], frame))),
            FlowOp.Shapes or FlowOp.List => List(node, frame),
            FlowOp.Sizes => node.Items.SelectMany(item => SizesOf(item, frame)).ToArray(),
            FlowOp.Tuple => node.Items.Select(item => Evaluate(item, frame)).ToArray(),
            FlowOp.Item => Evaluate(node.Items[0], frame) is object?[] tuple && int.Parse(node.Text.Substring("Item".Length), CultureInfo.InvariantCulture) is var at && at <= tuple.Length ? tuple[at - 1] : Unknown.Value,
            FlowOp.Index => Index(node, frame),
            FlowOp.ListCall => CallList(node, frame),
            FlowOp.Assign => AssignIn(node, frame),
            FlowOp.Reference => node.Text == "ref" ? Evaluate(node.Items[0], frame) : null,
            FlowOp.Indexer => Indexer(node, frame),
            _ => Unknown.Value,
        };
    }

    // Not that x.shape[2] is read is wrong, if anything is, but what it is used for.
    private object? Variable(FlowNode node, Frame frame)
        => !frame.Holder(node.Text).Variables.TryGetValue(node.Text, out var value) ? Unknown.Value
            : value is Size { Symbol.Layout: not null } size ? Placed(size, node)
            : value;

    private static object? ModelOf(Frame frame) => frame.Model is null && frame.Outer is { } outer ? ModelOf(outer) : frame.Model;

    private static object? Parse(string text) => text switch
    {
        "null" => null,
        "true" => new Known(true),
        "false" => new Known(false),
        _ when text.StartsWith("\"", StringComparison.Ordinal) => new Known(text.Trim('"')),
        _ when long.TryParse(text.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => new Known(number),
        _ => Unknown.Value,
    };

    private Size Placed(Size size, FlowNode? node)
    {
        // Sizes may be shared; what code says is its own.
        var own = size * 1;

        if (node?.Place.Location is { } place)
        {
            places[own] = place;
        }

        return own;
    }

    private Size Count(FlowNode node, Frame frame)
    {
        var holder = Evaluate(node.Items[0], frame);
        var key = holder is Held held ? held.Path : $"{node.Items[0].Text}.{node.Text}";

        if (!counts.TryGetValue(key, out var symbol))
        {
            long? value = node.Items.Count > 1 && node.Items[1].Op == FlowOp.Number ? long.Parse(node.Items[1].Text, CultureInfo.InvariantCulture) : null;
            counts.Add(key, symbol = new SizeSymbol(node.Text, value, isWritable: node.Op == FlowOp.Count) { Owner = key, Where = node.Place.Location });
        }

        return Placed(symbol, node);
    }

    // The sizes of a parameter are not known here; that it scales what it meets is.
    private object? HeldTensor(FlowNode node, Frame frame) => Evaluate(node.Items[0], frame) is Held ? solver.HeldConstant() : Opaque([]);

    private object? InvokeMethod(FlowNode node, Frame frame)
    {
        var model = Evaluate(node.Items[0], frame);
        var arguments = node.Items.Skip(1).Select(item => Evaluate(item, frame)).ToArray();

        if (!methods.TryGetValue((node.Text, node.Type?.Source), out var method))
        {
            return Opaque(arguments);
        }

        var result = Invoke(method, model, arguments, out var given);

        foreach (var (reference, index) in node.Items.Skip(1).Select(static (item, index) => (item, index)).Where(static pair => pair.item.Op == FlowOp.Reference))
        {
            Assign(reference.Items[0], given[index], frame);
        }

        return result;
    }

    private object? InvokeLocal(FlowNode node, Frame frame)
    {
        var arguments = node.Items.Select(item => Evaluate(item, frame)).ToArray();

        for (var holder = frame; holder is not null; holder = holder.Outer)
        {
            if (holder.Functions.TryGetValue(node.Text, out var function))
            {
                return CallFunction(function, arguments, holder);
            }
        }

        // One that is declared further down.
        return Opaque(arguments);
    }

    private object? CallFunction(FlowNode function, IReadOnlyList<object?> arguments, Frame outer)
    {
        if (++depth > Deepest)
        {
            throw new InvalidOperationException("The calls are too deep.");
        }

        var frame = new Frame(outer, null, function.Type ?? FlowType.Shape);

        for (var i = 0; i < function.Items.Count - 1; i++)
        {
            frame.Variables[function.Items[i].Text] = i < arguments.Count ? arguments[i] : Unknown.Value;
        }

        var body = function.Items[function.Items.Count - 1];
        object? result;

        if (function.Op == FlowOp.Lambda)
        {
            result = Evaluate(body, frame);
        }
        else
        {
            Execute(body.Items, frame);
            result = frame.Result;
        }

        depth--;

        return result;
    }

    private object? IfNotNull(FlowNode node, Frame frame)
    {
        var value = Evaluate(node.Items[0], frame);

        if (value is null)
        {
            return null;
        }

        frame.Variables[node.Text] = value;

        return Evaluate(node.Items[1], frame);
    }

    private object? Combine(FlowNode node, object? left, object? right)
    {
        if (left is Size || right is Size)
        {
            return AsSize(left, node) is var a && AsSize(right, node) is var b ? Placed(Compute(node.Text, a, b), node) : null;
        }

        return (node.Text, left, right) switch
        {
            ("&&", Known { Value: false }, _) or ("&&", _, Known { Value: false }) => new Known(false),
            ("||", Known { Value: true }, _) or ("||", _, Known { Value: true }) => new Known(true),
            ("&&" or "||", Known { Value: bool }, Known { Value: bool }) => new Known(node.Text == "&&"),
            ("==", Known a, Known b) => new Known(Equals(a.Value, b.Value)),
            ("!=", Known a, Known b) => new Known(!Equals(a.Value, b.Value)),
            (_, Known { Value: long a }, Known { Value: long b }) => Calculate(node.Text, a, b),
            _ => Unknown.Value,
        };
    }

    private static Size Compute(string word, Size a, Size b) => word switch
    {
        "*" => a * b,
        "/" when b.Number != 0 => a / b,
        "+" => a + b,
        "-" => a - b,
        "%" when b.Number != 0 => a % b,
        _ => new SizeSymbol($"({a} {word} {b})"),
    };

    private static object Calculate(string word, long a, long b) => word switch
    {
        "<" => new Known(a < b),
        "<=" => new Known(a <= b),
        ">" => new Known(a > b),
        ">=" => new Known(a >= b),
        "+" => new Known(a + b),
        "-" => new Known(a - b),
        "*" => new Known(a * b),
        "/" when b != 0 => new Known(a / b),
        "%" when b != 0 => new Known(a % b),
        _ => Unknown.Value,
    };

    private Size AsSize(object? value, FlowNode node) => value switch
    {
        Size size => size,
        Known { Value: long number } => number,
        _ => Placed(new SizeSymbol("?") { IsUnknown = true }, node),
    };

    private object? Negate(FlowNode node, object? value) => (node.Text, value) switch
    {
        ("!", Known { Value: bool flag }) => new Known(!flag),
        ("-", Known { Value: long number }) => new Known(-number),
        ("-", Size size) => Placed(-size, node),
        ("!" or "-", _) => Unknown.Value,
        _ => value,
    };

    private static object IsNull(object? value) => value switch
    {
        null => new Known(true),
        Shape or ShapeList or Size or Known => new Known(false),
        _ => Unknown.Value,
    };

    private object? Test(FlowNode node, Frame frame)
    {
        var value = Evaluate(node.Items[0], frame);
        var name = node.Text.Substring(node.Text.LastIndexOf(' ') + 1);

        if (name != node.Text && name != "}")
        {
            frame.Variables[name] = value;
        }

        return value switch
        {
            null => new Known(false),
            Shape when node.Text.StartsWith("{", StringComparison.Ordinal) => new Known(true),
            _ => Unknown.Value,
        };
    }

    private object? Choose(FlowNode node, Frame frame)
        => Truth(Evaluate(node.Items[0], frame)) is { } isTrue ? Evaluate(node.Items[isTrue ? 1 : 2], frame)
            : Merge(Evaluate(node.Items[1], frame), Evaluate(node.Items[2], frame), isFirst: false);

    private static long? Number(object? value) => value switch
    {
        Known { Value: long number } => number,
        Size { IsNumber: true, Number: { } number } => number,
        _ => null,
    };

    private object? AssignIn(FlowNode node, Frame frame)
    {
        var value = Evaluate(node.Items[1], frame);
        Assign(node.Items[0], value, frame);

        return value;
    }

    private object Indexer(FlowNode node, Frame frame) => node.Text switch
    {
        "Ellipsis" => ShapeIndex.Ellipsis,
        "New" => ShapeIndex.New,
        "Part" => ShapeIndex.Part,
        "Gathered" => ShapeIndex.Gathered,
        "One" => ShapeIndex.One(0),
        "Range" => ShapeIndex.Range(
            Evaluate(node.Items[0], frame) as Size,
            Evaluate(node.Items[1], frame) as Size,
            Truth(Evaluate(node.Items[2], frame)) == true,
            Truth(Evaluate(node.Items[3], frame)) == true),
        _ => ShapeIndex.All,
    };

    private IEnumerable<Size> SizesOf(FlowNode item, Frame frame)
        => item is { Op: FlowOp.Unary, Text: ".." } ? Evaluate(item.Items[0], frame) as Size[] ?? [] : [AsSize(Evaluate(item, frame), item)];
}
