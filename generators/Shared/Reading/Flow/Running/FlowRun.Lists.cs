using CompressDsl.Flow;
using CompressDsl.Models;

namespace CompressDsl.Reading;

/// <summary>Several tensors.</summary>
internal sealed partial class FlowRun
{
    private object? CallStatic(FlowNode node, Frame frame)
    {
        var name = node.Text.Substring(node.Text.LastIndexOf('.') + 1);
        var arguments = node.Items.Select(item => Evaluate(item, frame)).ToArray();

        return (name, arguments) switch
        {
            ("ToArray" or "ToList" or "AsEnumerable" or "Reverse" or "Take" or "Skip" or "OfType" or "Cast", [Held or ShapeList, ..]) => arguments[0],
            ("Select", [Held list, FlowNode lambda]) => Several(CallFunction(lambda, [list.Member("[*]"), Unknown.Value], frame)),
            ("Select", [ShapeList { IsWhole: true } list, FlowNode lambda]) => new ShapeList([.. list.Items.SelectMany(item => ShapesIn(CallFunction(lambda, [item, Unknown.Value], frame)))], isWhole: true),
            ("Select", [ShapeList list, FlowNode lambda]) => Several(CallFunction(lambda, [list.Items.FirstOrDefault(), Unknown.Value], frame)),
            ("Aggregate", [Held list, var seed, FlowNode lambda]) => Merge(seed, CallFunction(lambda, [seed, list.Member("[*]")], frame), isFirst: false),
            ("Aggregate", [ShapeList list, var seed, FlowNode lambda]) => list.Items.Aggregate(seed, (result, item) => CallFunction(lambda, [result, item], frame)),
            ("Aggregate", [ShapeList list, FlowNode lambda]) => list.Items.Skip(1).Aggregate((object?)list.Items.FirstOrDefault(), (result, item) => CallFunction(lambda, [result, item], frame)),
            ("First" or "Last" or "Single", [ShapeList { Items.Count: > 0 } list]) => name == "First" ? list.Items[0] : list.Items[list.Items.Count - 1],
            _ => Unknown.Value,
        };

        ShapeList Several(object? result) => new([.. ShapesIn(result)], isWhole: false);
    }

    private ShapeList EmptyList(long? count)
        => count is >= 0 and <= 64 ? new([.. Enumerable.Range(0, (int)count).Select(_ => solver.Constant())], isWhole: true) : new([], isWhole: false);

    private ShapeList List(FlowNode node, Frame frame)
    {
        var list = new ShapeList([], isWhole: true);

        foreach (var item in node.Items)
        {
            var value = Evaluate(item is { Op: FlowOp.Unary, Text: ".." } ? item.Items[0] : item, frame);
            list.Items.AddRange(ShapesIn(value));
            list.IsWhole &= value is Shape or ShapeList { IsWhole: true };
        }

        return list;
    }

    private object? Index(FlowNode node, Frame frame)
    {
        var list = Evaluate(node.Items[0], frame);
        var at = Number(Evaluate(node.Items[1], frame));

        return list switch
        {
            ShapeList { Items.Count: > 0 } shapes when at is { } known && known >= 0 && known < shapes.Items.Count
                => shapes.Items[node.Text == "^" ? Math.Max(0, shapes.Items.Count - (int)known) : (int)known],
            ShapeList { Items.Count: > 0 } shapes => shapes.Items[shapes.Items.Count - 1],
            Size[] sizes when at is { } known && known >= 0 && known < sizes.Length => sizes[node.Text == "^" ? sizes.Length - (int)known : (int)known],
            Held held => held.Member(at is { } known ? $"[{node.Text}{known}]" : "[*]"),
            _ => Unknown.Value,
        };
    }

    private object? CallList(FlowNode node, Frame frame)
    {
        if (Evaluate(node.Items[0], frame) is not ShapeList list)
        {
            return Unknown.Value;
        }

        var arguments = node.Items.Skip(1).Select(item => Evaluate(item, frame)).ToArray();

        switch (node.Text)
        {
            case "Add" or "Push" or "Enqueue" when arguments is [Shape shape]:
                list.Items.Add(shape);
                list.IsWhole &= frame.Undecided == 0;
                return null;
            case "Insert" when arguments is [_, Shape shape]:
                list.Items.Insert(0, shape);
                return null;
            case "AddRange" when arguments is [ShapeList more]:
                list.Items.AddRange(more.Items);
                list.IsWhole &= more.IsWhole;
                return null;
            case "Pop" when list.Items.Count > 0:
                var last = list.Items[list.Items.Count - 1];
                list.Items.RemoveAt(list.Items.Count - 1);
                return last;
            case "Dequeue" when list.Items.Count > 0:
                var first = list.Items[0];
                list.Items.RemoveAt(0);
                return first;
            case "Linq.Reverse":
                return new ShapeList([.. Enumerable.Reverse(list.Items)], list.IsWhole);
            case "Linq.ToArray" or "Linq.ToList" or "Linq.AsEnumerable" or "Linq.AsSpan":
                return new ShapeList([.. list.Items], list.IsWhole);
            case "RemoveAt" when list.IsWhole && arguments is [var index] && Number(index) is { } position && position >= 0 && position < list.Items.Count:
                list.Items.RemoveAt((int)position);
                return null;
            case "Peek" when list.Items.Count > 0:
                return list.Items[list.Items.Count - 1];
            case "RemoveAt":
                list.IsWhole = false;
                return null;
            case "Clear":
                list.Items.Clear();
                return null;
            default:
                return Opaque([list]);
        }
    }
}
