using CompressDsl.Flow;
using CompressDsl.Models;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Reading;

/// <summary>
/// Runs a channel flow in the compiler. What the program will do with its real layers is done here with names for them: a layer is the path that leads to it, the
/// layers of a list are one that stands for all, and where only the program knows which way is taken, both are.
/// </summary>
internal sealed partial class FlowRun
{
    // Calls within calls, and operations: what needs more is not judged.
    private const int Deepest = 60;
    private const int Most = 100_000;

    private readonly Dictionary<(string Name, string? Owner), FlowMethod> methods;
    private readonly Dictionary<Size, object?> places = new(SizeComparer.Instance);
    private readonly Dictionary<string, SizeSymbol> counts = [];
    private readonly Solver solver;
    private readonly CancellationToken token;
    private int depth;
    private int steps;

    private FlowRun(FlowModel flow, IReadOnlyDictionary<string, int> ranks, CancellationToken token)
    {
        methods = flow.Methods.ToDictionary(static method => (method.Name, method.Owner));
        this.token = token;
        solver = new Solver { Ranks = ranks, PlaceOf = size => places.TryGetValue(size, out var place) ? place : null };
    }

    /// <summary>Follows a flow.</summary>
    /// <param name="flow">The flow.</param>
    /// <param name="token">Cancels the run.</param>
    /// <returns>What the solver knows then, before it is finished; null where the flow is too large, or is not understood as a whole.</returns>
    public static Solver? Run(FlowModel flow, CancellationToken token)
    {
        try
        {
            var runs = new Dictionary<Solver, FlowRun>();

            return RankSearch.Run(
                ranks =>
                {
                    var run = new FlowRun(flow, ranks, token);
                    runs.Add(run.solver, run);
                    return run.solver;
                },
                solver => runs[solver].RunEntry(flow.Entry));
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // The program runs the same flow with what it knows, and says what it does not understand.
            return null;
        }
    }

    private void RunEntry(FlowMethod entry)
    {
        foreach (var isGiven in entry.Parameters.Any(static parameter => parameter.IsNullable) ? new[] { true, false } : [true])
        {
            var arguments = entry.Parameters.Select(parameter => parameter.Type.Kind == FlowKind.Shape && parameter.IsNullable && !isGiven ? null : InputOf(parameter.Type, parameter.Name.TrimStart('@')));

            solver.Return([.. ShapesIn(Invoke(entry, new Held(""), [.. arguments], out _))]);
        }
    }

    private object? InputOf(FlowType type, string name) => type.Kind switch
    {
        FlowKind.Shape => solver.Input(name),
        FlowKind.Size => (Size)new SizeSymbol(name),
        FlowKind.Shapes => new ShapeList([solver.Input(name)], isWhole: false),
        FlowKind.Tuple => type.Items.Select((item, index) => InputOf(item, $"{name}.Item{index + 1}")).ToArray(),
        _ => Unknown.Value,
    };

    private static IEnumerable<Shape> ShapesIn(object? value) => value switch
    {
        Shape shape => [shape],
        ShapeList list => list.Items,
        object?[] tuple => tuple.SelectMany(ShapesIn),
        _ => [],
    };

    private object? Invoke(FlowMethod method, object? model, IReadOnlyList<object?> arguments, out object?[] after)
    {
        if (++depth > Deepest)
        {
            throw new InvalidOperationException("The calls are too deep.");
        }

        var frame = new Frame(null, model, method.Result);

        for (var i = 0; i < method.Parameters.Count; i++)
        {
            frame.Variables[method.Parameters[i].Name] = i < arguments.Count ? arguments[i] : Unknown.Value;
        }

        Execute(method.Body, frame);
        depth--;
        after = [.. method.Parameters.Select(parameter => frame.Variables[parameter.Name])];

        return frame.Result;
    }

    /// <summary>One call of a method: its variables, and what it returns.</summary>
    private sealed class Frame(Frame? outer, object? model, FlowType result)
    {
        public Frame? Outer { get; } = outer;

        public object? Model { get; } = model;

        public FlowType Type { get; } = result;

        public Dictionary<string, object?> Variables { get; set; } = [];

        public Dictionary<string, FlowNode> Functions { get; } = [];

        public object? Result { get; set; }

        /// <summary>How many ways are around that may not be taken.</summary>
        public int Undecided { get; set; }

        public Frame Holder(string name)
        {
            var frame = this;

            while (!frame.Variables.ContainsKey(name) && frame.Outer is { } around)
            {
                frame = around;
            }

            return frame;
        }
    }

    /// <summary>Several tensors.</summary>
    /// <param name="items">Those that are known.</param>
    /// <param name="isWhole">Whether there are exactly these; else each stands for any number.</param>
    private sealed class ShapeList(List<Shape> items, bool isWhole)
    {
        public List<Shape> Items { get; } = items;

        public bool IsWhole { get; set; } = isWhole;
    }

    /// <summary>An object of the program, by the path that leads to it.</summary>
    private sealed record Held(string Path)
    {
        public Held Member(string name) => new(Path.Length == 0 ? name : name.StartsWith("[", StringComparison.Ordinal) ? Path + name : $"{Path}.{name}");
    }

    /// <summary>A number, flag or text that the code says.</summary>
    private sealed record Known(object? Value);

    /// <summary>What only the program knows.</summary>
    private sealed class Unknown
    {
        public static readonly Unknown Value = new();
    }

    // Sizes are compared by what they are, places by where they were written.
    private sealed class SizeComparer : IEqualityComparer<Size>
    {
        public static readonly SizeComparer Instance = new();

        public bool Equals(Size? x, Size? y) => ReferenceEquals(x, y);

        public int GetHashCode(Size size) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(size);
    }
}
