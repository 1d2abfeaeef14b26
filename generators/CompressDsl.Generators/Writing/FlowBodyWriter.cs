using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes the statements of one method of a channel flow.</summary>
internal sealed class FlowBodyWriter(CodeWriter code, FlowMethod method)
{
    private readonly FlowExpressionWriter expressions = new(method.FlowName, method.ModelName);

    // How many ways around the statement are there of which only a call knows whether they are taken.
    private int undecided;
    private int saved;

    // What is returned there, where anything is.
    private FlowType? result;

    public void Write()
    {
        var parameters = method.Parameters.Select(static parameter => $"{parameter.Modifier}{Spell(parameter.Type)} {parameter.Name}");
        var owner = method.Owner is null ? [] : new[] { $"{method.Owner} {method.ModelName}" };
        var head = $"public static {(method.Result.Kind == FlowKind.Nothing ? "void" : method.Result.Spelled)} {method.Name}("
            + string.Join(", ", [$"global::CompressDsl.Flow.ChannelFlow {method.FlowName}", .. owner, .. parameters]) + ")";

        code.Line($"// {method.Described}");

        var given = method.Parameters.Where(static parameter => parameter.Modifier == "out ").ToArray();

        if (given.Length == 0 && method.Body is { Count: 1 } && method.Body[0] is { Op: FlowOp.Return, Items: { Count: 1 } value })
        {
            code.Line(head);
            code.Line($"    => {Text(value[0])};");
            return;
        }

        using (code.Open(head))
        {
            foreach (var parameter in given)
            {
                code.Line($"{parameter.Name} = default!;");
            }

            WriteBody(method.Body, method.Result);
        }
    }

    private static string Spell(FlowType type) => type.Kind == FlowKind.Nothing ? "object?" : type.Spelled;

    private string Text(FlowNode node) => expressions.Text(node);

    private void WriteBody(EquatableArray<FlowNode> body, FlowType type)
    {
        var (outer, depth) = (result, undecided);
        (result, undecided) = (type.Kind != FlowKind.Nothing && ReturnsUndecided(body, inside: false) ? type : null, 0);

        if (result is not null)
        {
            code.Line($"{type.Spelled} __result = default!;");
        }

        WriteAll(body);

        if (result is not null && (body.Count == 0 || body[body.Count - 1].Op != FlowOp.Return))
        {
            code.Line("return __result;");
        }

        (result, undecided) = (outer, depth);
    }

    private static bool ReturnsUndecided(IEnumerable<FlowNode> nodes, bool inside)
        => nodes.Any(node => node.Op switch
        {
            FlowOp.Return => inside,
            FlowOp.LocalFunction => false,
            FlowOp.Either => ReturnsUndecided(node.Items, inside: true),
            FlowOp.Block or FlowOp.If or FlowOp.ForEach or FlowOp.For or FlowOp.While => ReturnsUndecided(node.Items, inside),
            _ => false,
        });

    private void WriteAll(IEnumerable<FlowNode> statements)
    {
        foreach (var statement in statements)
        {
            WriteStatement(statement);
        }
    }

    private void WriteStatement(FlowNode node)
    {
        switch (node.Op)
        {
            case FlowOp.Declare:
                code.Line(Declaration(node) + ";");
                break;
            case FlowOp.Assign:
                code.Line(Assignment(node) + ";");
                break;
            case FlowOp.Deconstruct:
                code.Line($"({string.Join(", ", node.Items.Take(node.Items.Count - 1).Select(Text))}) = {Text(node.Items[node.Items.Count - 1])};");
                break;
            case FlowOp.Do:
                code.Line($"{(node.Items[0].Op is FlowOp.Call or FlowOp.Layer or FlowOp.Invoke or FlowOp.InvokeLocal or FlowOp.ListCall ? "" : "_ = ")}{Text(node.Items[0])};");
                break;
            case FlowOp.Return:
                WriteReturn(node.Items.Count == 0 ? null : Text(node.Items[0]));
                break;
            case FlowOp.If:
                WriteBlock($"if ({Text(node.Items[0])})", node.Items[1]);

                if (node.Items[2] is not { Op: FlowOp.Block, Items.Count: 0 })
                {
                    WriteBlock("else", node.Items[2]);
                }

                break;
            case FlowOp.Either:
                WriteEither(node);
                break;
            case FlowOp.ForEach:
                WriteBlock($"foreach (var {node.Text} in {Text(node.Items[0])})", node.Items[1]);
                break;
            case FlowOp.For:
                WriteBlock($"for ({Declaration(node.Items[0])}; {Text(node.Items[1])}; {Assignment(node.Items[2])})", node.Items[3]);
                break;
            case FlowOp.While:
                WriteBlock($"while ({Text(node.Items[0])})", node.Items[1]);
                break;
            case FlowOp.Block:
                WriteBlock("", node);
                break;
            case FlowOp.LocalFunction:
                WriteLocalFunction(node);
                break;
            case FlowOp.Jump when undecided == 0:
                code.Line(node.Text + ";");
                break;
        }
    }

    private string Assignment(FlowNode node) => $"{Text(node.Items[0])} = {Text(node.Items[1])}";

    // A variable may be null later, or first: then var would not say what it is.
    private string Declaration(FlowNode node) => node.Items switch
    {
        [] => $"{node.Type!.Spelled} {node.Text} = default!",
        [{ Op: FlowOp.Null or FlowOp.Literal } value, ..] => $"{node.Type!.Spelled} {node.Text} = {Text(value)}",
        [var value, ..] => $"var {node.Text} = {Text(value)}",
    };

    private void WriteBlock(string head, FlowNode statement)
    {
        using (code.Open(head))
        {
            WriteAll(statement.Op == FlowOp.Block ? statement.Items : [statement]);
        }
    }

    private void WriteReturn(string? value)
    {
        if (value is null)
        {
            code.Line(undecided == 0 ? "return;" : "// The other way goes on.");
        }
        else if (result is null)
        {
            code.Line($"return {value};");
        }
        else
        {
            code.Line($"{(undecided > 0 ? "__result =" : "return")} {Either(result, "__result", value)};");
        }
    }

    private string Either(FlowType type, string first, string second)
    {
        if (type.Kind != FlowKind.Tuple)
        {
            return type.Kind is FlowKind.Shape or FlowKind.Shapes ? $"{method.FlowName}.Either({first}, {second})" : second;
        }

        var way = $"__way{++saved}";
        code.Line($"var {way} = {second};");

        return "(" + string.Join(", ", type.Items.Select((item, index) => Either(item, $"{first}.Item{index + 1}", $"{way}.Item{index + 1}"))) + ")";
    }

    // Both ways are followed, and what comes of them is the same channels.
    private void WriteEither(FlowNode node)
    {
        var variables = node.Items.Skip(2).Select(static variable => variable.Text).ToArray();
        var number = ++saved;
        undecided++;
        code.Line("// Which way is taken only a call knows: both are followed.");

        foreach (var variable in variables)
        {
            code.Line($"var __before{number}_{variable.TrimStart('@')} = {variable};");
        }

        WriteBlock("", node.Items[0]);

        foreach (var variable in variables)
        {
            code.Line($"var __after{number}_{variable.TrimStart('@')} = {variable};");
            code.Line($"{variable} = __before{number}_{variable.TrimStart('@')};");
        }

        WriteBlock("", node.Items[1]);

        foreach (var variable in variables)
        {
            code.Line($"{variable} = {method.FlowName}.Either(__after{number}_{variable.TrimStart('@')}, {variable});");
        }

        undecided--;
    }

    private void WriteLocalFunction(FlowNode node)
    {
        var parameters = node.Items.Take(node.Items.Count - 1).Select(static parameter => $"{Spell(parameter.Type!)} {parameter.Text}");

        using (code.Open($"{(node.Type!.Kind == FlowKind.Nothing ? "void" : node.Type.Spelled)} {node.Text}({string.Join(", ", parameters)})"))
        {
            WriteBody(node.Items[node.Items.Count - 1].Items, node.Type);
        }
    }
}
