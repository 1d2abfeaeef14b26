using CompressDsl.Flow;
using CompressDsl.Models;

namespace CompressDsl.Reading;

/// <summary>Statements.</summary>
internal sealed partial class FlowRun
{
    private enum Next
    {
        Statement,
        Iteration,
        Leave,
        Return,
    }

    private Next Execute(IEnumerable<FlowNode> statements, Frame frame)
    {
        // They can be called before they stand there.
        foreach (var function in statements.Where(static statement => statement.Op == FlowOp.LocalFunction))
        {
            frame.Functions[function.Text] = function;
        }

        foreach (var statement in statements)
        {
            if (Execute(statement, frame) is not Next.Statement and var next)
            {
                return next;
            }
        }

        return Next.Statement;
    }

    private Next Execute(FlowNode node, Frame frame)
    {
        StandAt(node);

        switch (node.Op)
        {
            case FlowOp.Declare:
                frame.Variables[node.Text] = node.Items.Count == 0 ? null : Evaluate(node.Items[0], frame);
                return Next.Statement;
            case FlowOp.Assign:
                Assign(node.Items[0], Evaluate(node.Items[1], frame), frame);
                return Next.Statement;
            case FlowOp.Deconstruct:
                Deconstruct(node, frame);
                return Next.Statement;
            case FlowOp.Do:
                _ = Evaluate(node.Items[0], frame);
                return Next.Statement;
            case FlowOp.Return:
                return Return(node.Items.Count == 0 ? null : Evaluate(node.Items[0], frame), frame);
            case FlowOp.If:
                return Truth(Evaluate(node.Items[0], frame)) is { } isTrue ? Execute(node.Items[isTrue ? 1 : 2], frame) : Both(node.Items[1], node.Items[2], frame);
            case FlowOp.Either:
                return Both(node.Items[0], node.Items[1], frame);
            case FlowOp.ForEach:
                return ForEach(node, frame);
            case FlowOp.For:
                return For(node, frame);
            case FlowOp.While:
                return Repeat(AssignedIn(node.Items[1]), () => Truth(Evaluate(node.Items[0], frame)), () => Execute(node.Items[1], frame), frame);
            case FlowOp.Block:
                return Execute(node.Items, frame);
            case FlowOp.LocalFunction:
                frame.Functions[node.Text] = node;
                return Next.Statement;
            case FlowOp.Jump when frame.Undecided == 0:
                return node.Text == "break" ? Next.Leave : Next.Iteration;
            default:
                return Next.Statement;
        }
    }

    private void StandAt(FlowNode node)
    {
        token.ThrowIfCancellationRequested();

        if (++steps > Most)
        {
            throw new InvalidOperationException("The flow is too long.");
        }

        if (node.Place.Location is { } place)
        {
            solver.At = place;
        }
    }

    private static bool? Truth(object? value) => value is Known { Value: bool flag } ? flag : null;

    private Next Return(object? value, Frame frame)
    {
        frame.Result = Merge(frame.Result, value, isFirst: frame.Result is null);

        return frame.Undecided > 0 ? Next.Statement : Next.Return;
    }

    // Both ways are followed, from the same variables, and what comes of them is the same channels.
    private Next Both(FlowNode first, FlowNode second, Frame frame)
    {
        var before = frame.Variables;
        frame.Undecided++;
        frame.Variables = new Dictionary<string, object?>(before);
        Execute(first, frame);
        var after = frame.Variables;
        frame.Variables = new Dictionary<string, object?>(before);
        Execute(second, frame);
        frame.Undecided--;

        foreach (var variable in after)
        {
            frame.Variables[variable.Key] = frame.Variables.TryGetValue(variable.Key, out var other) ? Merge(variable.Value, other, isFirst: false) : variable.Value;
        }

        return Next.Statement;
    }

    private object? Merge(object? first, object? second, bool isFirst) => (first, second) switch
    {
        _ when isFirst || ReferenceEquals(first, second) => second,
        (null or Shape, null or Shape) => solver.Either((Shape?)first, (Shape?)second),
        (ShapeList a, ShapeList b) => MergeLists(a, b),
        (object?[] a, object?[] b) when a.Length == b.Length => a.Zip(b, (x, y) => Merge(x, y, isFirst: false)).ToArray(),
        (Size a, Size b) when a == b => a,
        (Size a, Size b) => Placed(new SizeSymbol($"({a} or {b})"), null),
        _ when Equals(first, second) => first,
        _ => Unknown.Value,
    };

    private ShapeList MergeLists(ShapeList a, ShapeList b)
    {
        var items = new List<Shape>();

        for (var i = 0; i < Math.Max(a.Items.Count, b.Items.Count); i++)
        {
            items.Add(i >= a.Items.Count ? b.Items[i] : i >= b.Items.Count ? a.Items[i] : solver.Either(a.Items[i], b.Items[i])!);
        }

        return new ShapeList(items, a.IsWhole && b.IsWhole && a.Items.Count == b.Items.Count);
    }

    private Next ForEach(FlowNode node, Frame frame)
    {
        var collection = Evaluate(node.Items[0], frame);

        if (collection is ShapeList { IsWhole: true } list)
        {
            foreach (var shape in list.Items.ToArray())
            {
                frame.Variables[node.Text] = shape;

                if (Execute(node.Items[1], frame) is (Next.Leave or Next.Return) and var next)
                {
                    return next == Next.Return ? next : Next.Statement;
                }
            }

            return Next.Statement;
        }

        var item = collection switch
        {
            ShapeList several => several.Items.Aggregate((Shape?)null, solver.Either),
            Held held => held.Member("[*]"),
            _ => (object)Unknown.Value,
        };

        if (node.Text.StartsWith("(", StringComparison.Ordinal))
        {
            foreach (var name in node.Text.Trim('(', ')').Split(',').Select(static name => name.Trim()))
            {
                frame.Variables[name] = item is Held held ? held.Member(name) : Unknown.Value;
            }
        }
        else
        {
            frame.Variables[node.Text] = item;
        }

        return Once(node.Items[1], frame);
    }

    private Next For(FlowNode node, Frame frame)
    {
        Execute(node.Items[0], frame);

        return Repeat(
            [node.Items[0].Text],
            () => Truth(Evaluate(node.Items[1], frame)),
            () =>
            {
                var next = Execute(node.Items[3], frame);
                Execute(node.Items[2], frame);

                return next;
            },
            frame);
    }

    private static IEnumerable<string> AssignedIn(FlowNode node)
        => node.Op == FlowOp.Assign && node.Items[0].Op == FlowOp.Local ? [node.Items[0].Text] : node.Items.SelectMany(AssignedIn);

    // As often as the code says; once, with whatever is counted unknown, where only the program knows how often.
    private Next Repeat(IEnumerable<string> counters, Func<bool?> test, Func<Next> body, Frame frame)
    {
        while (test() is var goesOn && goesOn != false)
        {
            if (goesOn is null)
            {
                foreach (var counter in counters.Where(name => frame.Variables.TryGetValue(name, out var value) && value is Size).ToArray())
                {
                    frame.Variables[counter] = (Size)new SizeSymbol(counter);
                }

                var before = new Dictionary<string, object?>(frame.Variables);
                frame.Undecided++;
                body();
                frame.Undecided--;
                MergeInto(frame, before);

                return Next.Statement;
            }

            if (body() is (Next.Leave or Next.Return) and var next)
            {
                return next == Next.Return ? next : Next.Statement;
            }
        }

        return Next.Statement;
    }

    private Next Once(FlowNode body, Frame frame)
    {
        var before = new Dictionary<string, object?>(frame.Variables);
        frame.Undecided++;
        Execute(body, frame);
        frame.Undecided--;
        MergeInto(frame, before);

        return Next.Statement;
    }

    private void MergeInto(Frame frame, Dictionary<string, object?> before)
    {
        foreach (var variable in before)
        {
            frame.Variables[variable.Key] = Carried(variable.Value, frame.Variables[variable.Key]);
        }
    }

    // One layer stands for all of a list, whose widths may differ: what meets only because of that is no mistake of the code.
    private object? Carried(object? before, object? after)
    {
        solver.IsFolded |= before is Shape first && after is Shape second && !Solver.AreSame(first, second);

        return Merge(before, after, isFirst: false);
    }

    private void Deconstruct(FlowNode node, Frame frame)
    {
        var value = Evaluate(node.Items[node.Items.Count - 1], frame);

        for (var i = 0; i < node.Items.Count - 1; i++)
        {
            Assign(node.Items[i], value is object?[] tuple && i < tuple.Length ? tuple[i] : Unknown.Value, frame);
        }
    }

    private void Assign(FlowNode target, object? value, Frame frame)
    {
        if (target.Op == FlowOp.Local)
        {
            var name = target.Text.StartsWith("var ", StringComparison.Ordinal) ? target.Text.Substring(4) : target.Text;
            frame.Holder(name).Variables[name] = value;
        }
        else if (target is { Op: FlowOp.Index, Items: [var list, var index] } && Evaluate(list, frame) is ShapeList shapes && value is Shape shape)
        {
            if (Number(Evaluate(index, frame)) is { } at && at >= 0 && at < shapes.Items.Count)
            {
                shapes.Items[(int)at] = shape;
            }
            else
            {
                shapes.Items.Add(shape);
                shapes.IsWhole = false;
            }
        }
    }
}
