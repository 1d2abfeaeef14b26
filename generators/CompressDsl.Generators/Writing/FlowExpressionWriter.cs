using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes the expressions of a channel flow.</summary>
/// <param name="flow">What the flow is called.</param>
/// <param name="model">What the instance is called.</param>
internal sealed class FlowExpressionWriter(string flow, string model)
{
    public string Text(FlowNode node) => node.Op switch
    {
        FlowOp.Local or FlowOp.Literal => node.Text,
        FlowOp.Number => $"{flow}.Number({node.Text})",
        FlowOp.Model => model,
        FlowOp.Member => $"{Text(node.Items[0])}.{node.Text}",
        FlowOp.Accessor => $"__Fields.{node.Text.TrimEnd('!')}({Text(node.Items[0])})" + (node.Text.EndsWith("!", StringComparison.Ordinal) ? "!" : ""),
        FlowOp.Count or FlowOp.Fixed => $"{flow}.{node.Op}({OwnerOf(node.Items[0])}, \"{node.Text}\", {Text(node.Items[0])})",
        FlowOp.HeldTensor => $"{flow}.Parameter({Text(node.Items[0])}, \"{node.Text}\", {Text(node.Items[1])})",
        FlowOp.SizeOfValue => $"{flow}.Number({Text(node.Items[0])})",
        FlowOp.ValueOfSize => $"{flow}.Value({Text(node.Items[0])})",
        FlowOp.Null => node.Text == "default" ? "default!" : "null!",
        FlowOp.Call => $"{flow}.{node.Text}({string.Join(", ", node.Items.Select((item, index) => Argument(item, isLast: index == node.Items.Count - 1)))})",
        FlowOp.Layer => $"{flow}.Call({Text(node.Items[0])}, {Text(node.Items[1])})",
        FlowOp.Invoke => $"{node.Text}({string.Join(", ", (node.Items[0].Op == FlowOp.Null ? node.Items.Skip(1) : node.Items).Select(Text).Prepend(flow))})",
        FlowOp.InvokeLocal or FlowOp.Static => $"{node.Text}({string.Join(", ", node.Items.Select(Text))})",
        FlowOp.Lambda => $"({string.Join(", ", node.Items.Take(node.Items.Count - 1).Select(static parameter => $"{parameter.Type!.Spelled} {parameter.Text}"))}) => {Text(node.Items[node.Items.Count - 1])}",
        FlowOp.Dispatch => $"CallAny({flow}, {Text(node.Items[0])}, {Text(node.Items[1])})",
        FlowOp.IfNotNull => $"({Text(node.Items[0])} is {{ }} {node.Text} ? {Text(node.Items[1])} : null!)",
        FlowOp.Binary => $"({Operand(node.Items[0], node.Items[1])} {node.Text} {Operand(node.Items[1], node.Items[0])})",
        FlowOp.Unary => $"{node.Text}{(node.Text == ".." ? " " : "")}{Text(node.Items[0])}",
        FlowOp.IsNull => $"({Text(node.Items[0])} is null)",
        FlowOp.Is => $"({Text(node.Items[0])} is {node.Text})",
        FlowOp.Conditional => $"({Text(node.Items[0])} ? {Text(node.Items[1])} : {Text(node.Items[2])})",
        FlowOp.Coalesce => $"({Text(node.Items[0])} ?? {Text(node.Items[1])})",
        FlowOp.Shapes when node.Text == "new" => $"new {FlowType.Shape.Spelled}[{Text(node.Items[0])}]",
        FlowOp.Cast => $"(({node.Text}){Text(node.Items[0])})",
        FlowOp.Shapes => $"(({FlowType.Shape.Spelled}[])[{Items(node)}])",
        FlowOp.Sizes => $"((global::CompressDsl.Flow.Size[])[{Items(node)}])",
        FlowOp.List => $"new global::System.Collections.Generic.{node.Text}<{FlowType.Shape.Spelled}>([{Items(node)}])",
        FlowOp.Tuple => $"({string.Join(", ", node.Items.Select(TupleItem))})",
        FlowOp.Item => $"{Text(node.Items[0])}.{node.Text}",
        FlowOp.Index => $"{Text(node.Items[0])}[{node.Text}{Text(node.Items[1])}]",
        FlowOp.ListCall => ListCall(node),
        FlowOp.Indexer => $"global::CompressDsl.Flow.ShapeIndex.{node.Text}" + (node.Items.Count == 0 ? "" : $"({Items(node)})"),
        FlowOp.Reference => $"{node.Text} {Text(node.Items[0])}",
        FlowOp.Assign => $"({Text(node.Items[0])} = {Text(node.Items[1])})",
        _ => throw new InvalidOperationException($"{node.Op} is no expression."),
    };

    private string Items(FlowNode node) => string.Join(", ", node.Items.Select(Text));

    // Arrays stand as the user wrote them: the sizes of a view one by one, the tensors of a cat in brackets.
    private string Argument(FlowNode node, bool isLast) => node switch
    {
        { Op: FlowOp.Sizes } when isLast && node.Items.Count > 0 && node.Items.All(static item => item is not { Op: FlowOp.Unary, Text: ".." }) => Items(node),
        { Op: FlowOp.Sizes } or { Op: FlowOp.Shapes, Text: "" } => $"[{Items(node)}]",
        { Op: FlowOp.Number } => node.Text,
        _ => Text(node),
    };

    // Beside a size a number is one too.
    private string Operand(FlowNode node, FlowNode other) => node.Op == FlowOp.Number && other.Op != FlowOp.Number ? node.Text : Text(node);

    // Of an object whose member it is that is what a shrink writes to.
    private string OwnerOf(FlowNode value) => value.Op is FlowOp.Member or FlowOp.Accessor ? Text(value.Items[0]) : "null";

    private string TupleItem(FlowNode node) => node is { Op: FlowOp.Null, Text: "" } ? "(object?)null" : Text(node);

    private string ListCall(FlowNode node)
    {
        const string linq = "global::System.Linq.Enumerable";
        var list = Text(node.Items[0]);

        return node.Text switch
        {
            "Linq.ToList" => $"{linq}.ToList({list})",
            "Linq.Reverse" => $"{linq}.ToArray({linq}.Reverse({list}))",
            "Linq.ToArray" or "Linq.AsEnumerable" or "Linq.AsSpan" => $"{linq}.ToArray({list})",
            _ => $"{list}.{node.Text}({string.Join(", ", node.Items.Skip(1).Select(Text))})",
        };
    }
}
