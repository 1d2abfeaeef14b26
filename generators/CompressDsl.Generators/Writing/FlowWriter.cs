using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes the channel flow of a class: its forward, with shapes in place of tensors, and every method that it reaches.</summary>
internal static class FlowWriter
{
    public static string Write(TypeModel type, string compressionClass, FlowModel flow, EquatableArray<StructureModel> structures)
    {
        var code = new CodeWriter();
        code.Header();

        using (code.OpenAround(type))
        using (code.Open($"partial class {type.Declaration.NameWithTypeParameters}"))
        using (code.Open($"partial class {compressionClass}"))
        {
            WriteEntry(code, flow.Entry);
            code.Line();
            SliceWriter.WriteEntry(code);
            code.Line();
            code.Line("/// <summary>Which layers share channels: every line says of one operation what it does to them.</summary>");

            using (code.Open("private static class __Channels"))
            {
                WriteMethods(code, flow);
            }

            code.Line();
            SliceWriter.WriteClass(code, flow, CoupledGroupWriter.Comments(flow, structures));

            if (flow.Accessors.Count > 0)
            {
                code.Line();
                WriteAccessors(code, "__Fields", flow.Accessors);
            }
        }

        return code.ToString();
    }

    private static void WriteEntry(CodeWriter code, FlowMethod entry)
    {
        var shape = FlowType.Shape.Spelled;
        var head = $"protected override {shape}[] Follow(global::CompressDsl.Flow.ChannelFlow flow, global::System.Func<string, {shape}> input)";
        var isVaried = entry.Parameters.Any(static parameter => IsOptional(parameter) || IsFlag(parameter));
        code.Line("/// <inheritdoc/>");

        if (entry.Result.Kind is not (FlowKind.Shape or FlowKind.Shapes or FlowKind.Tuple))
        {
            code.Line(head);
            code.Line("    => [];");
        }
        else if (!isVaried && entry.Result.Kind == FlowKind.Shape)
        {
            code.Line(head);
            code.Line($"    => [{Call(entry, isGiven: true)}];");
        }
        else
        {
            using (code.Open(head))
            {
                code.Line($"var result = {Call(entry, isGiven: true)};");

                if (isVaried)
                {
                    code.Line();
                    code.Line("// And without what may be left out: the channels are those of both.");
                    code.Line($"_ = {Call(entry, isGiven: false)};");
                }

                code.Line();
                code.Line($"return {(entry.Result.Kind == FlowKind.Shapes ? "[.. result]" : $"[{string.Join(", ", entry.Result.Kind == FlowKind.Shape ? ["result"] : Flatten(entry.Result, "result"))}]")};");
            }
        }
    }

    private static bool IsOptional(FlowParameter parameter) => parameter is { IsNullable: true, Type.Kind: FlowKind.Shape };

    private static bool IsFlag(FlowParameter parameter) => parameter.Type is { Kind: FlowKind.Value, Source: "bool" };

    private static string Call(FlowMethod entry, bool isGiven)
    {
        var arguments = entry.Parameters.Select(parameter => parameter.Type.Kind switch
        {
            FlowKind.Shape when IsOptional(parameter) && !isGiven => "null!",
            FlowKind.Shape => $"input(\"{parameter.Name.TrimStart('@')}\")",
            FlowKind.Size => $"flow.UnknownSize(\"{parameter.Name.TrimStart('@')}\")",
            FlowKind.Shapes => $"[input(\"{parameter.Name.TrimStart('@')}\")]",
            FlowKind.Tuple => Inputs(parameter.Type, parameter.Name.TrimStart('@')),
            _ when IsFlag(parameter) => isGiven ? "true" : "false",
            _ => "default!",
        });

        return $"__Channels.{entry.Name}({string.Join(", ", arguments.Prepend("__model").Prepend("flow"))})";
    }

    private static string Inputs(FlowType type, string name) => "(" + string.Join(", ", type.Items.Select((item, index) => item.Kind switch
    {
        FlowKind.Shape => $"input(\"{name}.Item{index + 1}\")",
        FlowKind.Shapes => $"new {FlowType.Shape.Spelled}[] {{ input(\"{name}.Item{index + 1}\") }}",
        FlowKind.Tuple => Inputs(item, $"{name}.Item{index + 1}"),
        FlowKind.Size => "flow.UnknownSize(\"?\")",
        _ => item.Kind == FlowKind.Nothing ? "(object?)null" : $"default({item.Spelled})!",
    })) + ")";

    private static IEnumerable<string> Flatten(FlowType type, string path)
        => type.Items.SelectMany((item, index) => item.Kind switch
        {
            FlowKind.Shape => [$"{path}.Item{index + 1}"],
            FlowKind.Shapes => [$".. {path}.Item{index + 1}"],
            FlowKind.Tuple => Flatten(item, $"{path}.Item{index + 1}"),
            _ => Array.Empty<string>(),
        });

    private static void WriteMethods(CodeWriter code, FlowModel flow)
    {
        var isFirst = true;

        foreach (var method in flow.Methods)
        {
            if (!isFirst)
            {
                code.Line();
            }

            isFirst = false;
            new FlowBodyWriter(code, method).Write();
        }

        if (flow.Methods.Any(static method => method.Body.Any(NeedsDispatch)))
        {
            code.Line();
            WriteDispatch(code, flow.Dispatched);
        }
    }

    private static bool NeedsDispatch(FlowNode node) => node.Op == FlowOp.Dispatch || node.Items.Any(NeedsDispatch);

    private static void WriteDispatch(CodeWriter code, EquatableArray<FlowDispatch> classes)
    {
        const string module = "global::TorchSharp.torch.nn.Module<global::TorchSharp.torch.Tensor, global::TorchSharp.torch.Tensor>";

        code.Line("// What a member of a general type holds.");
        code.Line($"public static {FlowType.Shape.Spelled} CallAny(global::CompressDsl.Flow.ChannelFlow flow, {module}? module, {FlowType.Shape.Spelled} x) => module switch");
        code.Line("{");

        foreach (var type in classes)
        {
            code.Line($"    {type.Type} model => {type.Method}(flow, model, x),");
        }

        code.Line("    global::TorchSharp.Modules.Sequential sequential => flow.Sequential(sequential, x, CallAny),");
        code.Line("    _ => flow.Call(module, x),");
        code.Line("};");
    }

    /// <summary>The class that reaches into others' fields.</summary>
    public static void WriteAccessors(CodeWriter code, string name, EquatableArray<FlowAccessor> accessors)
    {
        code.Line("/// <summary>Fields that only their own class can name.</summary>");

        using (code.Open($"private static class {name}"))
        {
            foreach (var accessor in accessors)
            {
                code.Line($"[global::System.Runtime.CompilerServices.UnsafeAccessor(global::System.Runtime.CompilerServices.UnsafeAccessorKind.Field, Name = \"{accessor.Field}\")]");
                code.Line($"public static extern ref {accessor.Type} {accessor.Name}({accessor.Owner} model);");
            }
        }
    }
}
