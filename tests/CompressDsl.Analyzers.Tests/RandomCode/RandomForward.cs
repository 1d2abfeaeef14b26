using System.Text;

namespace CompressDsl.Analyzers.Tests;

/// <summary>A random forward: C# that compiles, whatever it would do. What it computes is in <c>h</c>.</summary>
/// <param name="choices">What it is made of.</param>
/// <param name="members">The members that it can use.</param>
/// <param name="inputs">How many tensors it takes: <c>x</c>, <c>mask</c>.</param>
internal sealed class RandomForward(Choices choices, IReadOnlyList<RandomMember> members, int inputs)
{
    private const int Deepest = 2;

    private readonly StringBuilder helpers = new();
    private int made;

    /// <summary>The statements, and the methods that they call.</summary>
    public (string Body, string Helpers) Write(string result)
    {
        var body = new StringBuilder("        var h = x;\n");
        var isScoped = choices.Happens(10);

        if (isScoped)
        {
            body.Append("        using var scope = torch.NewDisposeScope();\n");
        }

        for (var i = 0; i < 1 + choices.Below(6); i++)
        {
            body.Append($"        {Statement(0)}\n");
        }

        var value = isScoped ? "h.MoveToOuterDisposeScope()" : choices.Happens(30) ? Call("h") : "h";
        body.Append(result switch
        {
            "Tensor" => $"        return {value};",
            "Tensor[]" => $"        return [{value}, x];",
            _ => $"        return ({value}, x);",
        });

        return (body.ToString(), helpers.ToString());
    }

    private string Statement(int depth) => choices.Below(depth < Deepest ? 40 : 30) switch
    {
        0 or 1 or 2 => $"h = {Call("h")};",
        3 or 4 => $"h = h + {Call("h")};",
        5 => $"h = {Call("h")} * {Call("h")}.sigmoid();",
        6 => $"h = {choices.One("functional.relu(h)", "functional.gelu(h)", "h.tanh()", "functional.softmax(h, -1)", "h.softmax(-1)", "h * 2", "-h", "h.mean([-1L], keepdim: true)", "h.log()", "h.sort(1).Values")};",
        7 => $"h = {choices.One("h.view(h.shape[0], -1)", "h.view(-1, heads, 16)", "h.reshape(h.shape[0], -1, 64)", "h.flatten(1)", "h.transpose(1, 2)", "h.unsqueeze(1)", "h.squeeze(1)", "h.permute(0, 2, 1)", "h.view([.. h.shape[..1], width])", "h.expand(-1, -1, 4)", "h.repeat(1, 2)", "h.mT")};",
        8 => $"h = {choices.One("h[.., 0]", "h[.., ^1]", "h[TensorIndex.Ellipsis, 0]", "h[0]", "h.narrow(1, 0, 4)", "h.select(1, 0)", "h.index_select(1, torch.arange(2))", "h[TensorIndex.Colon, 1..3]")};",
        9 => $"{{ var parts = h.chunk({choices.One("2", "3", "heads")}, -1); h = parts[0] * parts[1]; }}",
        10 => $"h = torch.cat([h, {Call("h")}], dim: {choices.One("-1", "1")});",
        11 => $"{{ (Tensor, Tensor) pair = ({Call("h")}, {Call("x")}); h = pair.Item1 + pair.Item2; }}",
        12 => $"{{ var (left, right) = ({Call("h")}, h); h = right - left; }}",
        13 => $"h = heads switch {{ 1 => {Call("h")}, > 4 when h.shape[0] > 1 => {Call("x")}, _ => h }};",
        14 => Maybe(),
        15 => Attention(),
        16 => $"{{ Func<Tensor, Tensor> act{++made} = t => t.relu(); h = act{made}(h); }}",
        17 => $"{{ Tensor Local{++made}(Tensor t) => {Call("t")}; h = Local{made}(h); }}",
        18 => Helper(),
        19 => List(),
        20 => Table(),
        21 => $"h = torch.einsum({choices.One("\"bld,bmd->blm\"", "\"...d,...d->...\"")}, h, {Call("h")});",
        22 => $"h {choices.One("+=", "*=", "-=")} {choices.One(Call("h"), "1", TensorOr("h"))};",
        23 => $"h = {choices.One($"functional.linear(h, {TensorOr("h")})", $"h.matmul({TensorOr("h")})", $"torch.where(h > 0, h, {Call("h")})", "h.masked_fill(h > 1, 0)", inputs > 1 ? "h + mask" : "h.clone()", "functional.layer_norm(h, [width])")};",
        24 => Member(RandomMemberKind.Function) is { } function ? $"h = {function.Name}(h);" : $"h = ((Func<Tensor, Tensor>)(t => {Call("t")}))(h);",
        25 => Member(RandomMemberKind.Pair) is { } pair ? $"h = {pair.Name}.Second.call({pair.Name}.First.call(h));" : "(h, var kept) = (h.relu(), h);".Replace("kept", "kept" + ++made),
        26 => Member(RandomMemberKind.Dictionary) is { } found ? $"h = {found.Name}[\"a\"].call(h);" : "h = h is var same && same.ndim > 1 ? same : h;".Replace("same", "same" + ++made),
        27 => choices.One($"{{ T{++made} Same{made}<T{made}>(T{made} t) => t; h = Same{made}(h); }}", "goto next0; next0: h = h.relu();".Replace("next0", "next" + ++made), "lock (this) { h = h.relu(); }", "checked { h = h.view(-1, heads * width); }"),
        28 => choices.One("{ long[] sizes = [h.shape[0], -1]; h = h.view(sizes); }", "{ var (a, b) = (h.shape[0], h.shape[^1]); h = h.reshape(a, b / heads, heads); }", "{ ref var top = ref h; top = top.relu(); }", "{ int half = width / 2; h = torch.cat([h.narrow(-1, half, half), -h.narrow(-1, 0, half)], -1); }"),
        29 => choices.One("{ IEnumerable<Tensor> many = [h, x]; foreach (var one in many) { h = h + one; } }", "h = new[] { h, x }.Where(t => t.ndim > 1).First();", "h = (from t in new[] { h, x } select t.relu()).Last();", "{ h.split(16, dim: -1).ToString(); }", "h = torch.stack([h, x])[0];"),
        30 or 31 => $"if ({choices.One("heads > 2", "training", "h.shape[0] > 1", "h.ndim == 3", "true")}) {{ {Block(depth)} }}{choices.One("", $" else {{ {Block(depth)} }}")}",
        32 => $"for (var i{++made} = 0; i{made} < {choices.One("2", "heads", "h.shape[1]")}; i{made}++) {{ {Block(depth)} }}",
        33 => $"foreach (var part{++made} in h.chunk(2, 1)) {{ {choices.One("if (part" + made + ".ndim == 1) { continue; }", "")} h = h + part{made}; {Block(depth)} }}",
        34 => $"while (h.ndim > 9) {{ {Block(depth)} {choices.One("break;", "")} }}",
        35 => $"try {{ {Block(depth)} }} finally {{ heads += 0; }}",
        36 => $"using (torch.no_grad()) {{ {Block(depth)} }}",
        37 => $"{{ Tensor? last{++made} = null; for (var i = 0; i < 2; i++) {{ last{made} = {Call("h")}; }} h = last{made} ?? h; }}",
        38 => $"switch (heads) {{ case 1: {Block(depth)} break; case 2 or 3: break; default: {Block(depth)} break; }}",
        _ => $"if (h is {{ ndim: > 2 }} wide{++made}) {{ h = {Call("wide" + made)}; }}",
    };

    private string Block(int depth) => string.Join(' ', Enumerable.Range(0, 1 + choices.Below(2)).Select(_ => Statement(depth + 1)));

    private RandomMember? Member(RandomMemberKind kind) => choices.OneOrNone(members.Where(member => member.Kind == kind));

    private string Call(string argument)
        => Member(RandomMemberKind.Call) is { } member ? $"{member.Name}.{(choices.Happens(94) ? "call" : "forward")}({argument})" : argument;

    private string TensorOr(string otherwise) => Member(RandomMemberKind.Tensor)?.Name ?? otherwise;

    private string Maybe() => Member(RandomMemberKind.MaybeCall) is not { Name: var name } ? $"h = heads > 1 ? {Call("h")} : {Call("x")};"
        : choices.One($"h = {name}?.call(h) ?? h;", $"if ({name} is not null) {{ h = {name}.call(h); }}", $"h = {name}!.call(h);", $"h = {name} is {{ }} there{++made} ? there{made}.call(h) : h;");

    private string Attention()
    {
        if (Member(RandomMemberKind.Attention) is { } native && choices.Happens(60))
        {
            return $"h = {native.Name}.call(h, h, h, null, false, null).Item1;";
        }

        var size = choices.One("heads, 16", "heads, -1", "4, 16", "heads, width / heads");
        var (q, k, v) = (Split(Call("h")), Split(Call("h")), Split(Call(choices.One("h", "x"))));
        var mixed = choices.One(
            $"functional.scaled_dot_product_attention({q}, {k}, {v})",
            $"({q}.matmul({k}.transpose(-2, -1)) / 4).softmax(-1).matmul({v})",
            $"torch.matmul(functional.softmax(torch.matmul({q}, {k}.mT), -1), {v})");

        return $"h = {mixed}.transpose(1, 2).{choices.One("flatten(2)", "reshape(h.shape[0], h.shape[1], -1)", "contiguous().view(h.shape[0], -1, 64)")};";

        string Split(string projected) => $"{projected}.view(h.shape[0], -1, {size}).transpose(1, 2)";
    }

    private string Helper()
    {
        var name = $"Help{++made}";
        helpers.Append(choices.One(
            $"    private Tensor {name}(Tensor t) => {Call("t")};\n",
            $"    private Tensor {name}(Tensor t, int n = 2) => n == 0 ? t : {name}({Call("t")}, n - 1);\n",
            $"    private static Tensor {name}(Tensor t) {{ if (t.ndim > 2) {{ return t; }} return t.relu(); }}\n",
            $"    private Tensor {name}(Tensor t, params long[] sizes) => t.reshape(sizes);\n"));
        return $"h = {name}(h);";
    }

    private string List() => Member(RandomMemberKind.List) is not { Name: var name } ? $"h = {Call(Call("h"))};"
        : choices.One(
            $"foreach (var layer in {name}) {{ h = layer.call(h){choices.One("", " + h", ".relu()")}; }}",
            $"h = {name}[0].call(h);",
            $"h = {name}.Aggregate(h, (t, layer) => layer.call(t));",
            $"foreach (var (layer, index) in {name}.Select((layer, index) => (layer, index))) {{ h = index > 0 ? layer.call(h) : h; }}",
            $"h = torch.stack([.. {name}.Select(layer => layer.call(h))]);",
            $"{{ var outputs = new List<Tensor>(); foreach (var layer in {name}) {{ h = layer.call(h); outputs.Add(h); }} h = outputs[^1]; }}");

    private string Table() => Member(RandomMemberKind.Table) is { Name: var name } ? $"h = {choices.One($"{name}.call(h.to(ScalarType.Int64))", $"{name}.call(x)", $"h.matmul({name}.weight!.mT)")};" : $"h = {Call("x")};";
}
