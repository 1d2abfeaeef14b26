using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes what a shrink does to every class whose forward is followed: tensor by tensor, field by field.</summary>
internal static class SliceWriter
{
    private const string Slicer = "global::CompressDsl.ChannelSlicer slicer";

    private static readonly FlowExpressionWriter Expressions = new("flow", "model");

    public static void WriteEntry(CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Line($"protected override void Slice({Slicer}) => __Slices.All(slicer, __model);");
    }

    public static void WriteClass(CodeWriter code, FlowModel flow, ILookup<(string Type, string Item), string> comments)
    {
        code.Line("/// <summary>What a shrink cuts: every tensor keeps what stays of the channels along it, every count becomes how many those are.</summary>");
        code.Line("/// <remarks>Behind a layer stands of each of its sides whose channels they are: what is named alike goes together.</remarks>");

        using (code.Open("private static class __Slices"))
        {
            for (var i = 0; i < flow.Holders.Count; i++)
            {
                if (i > 0)
                {
                    code.Line();
                }

                WriteHolder(code, flow.Holders[i], comments);
            }

            if (flow.Holders.Any(static holder => holder.Items.Any(static item => item.Kind is HeldKind.Module or HeldKind.Modules)))
            {
                code.Line();
                WriteAny(code, flow.Dispatched);
            }
        }
    }

    private static void WriteHolder(CodeWriter code, HolderModel holder, ILookup<(string Type, string Item), string> comments)
    {
        code.Line($"// {holder.Name}");

        using (code.Open($"public static void All({Slicer}, {holder.Type} model)"))
        {
            foreach (var item in holder.Items)
            {
                var comment = string.Join(", ", comments[(holder.Type, item.Name)]);
                WriteItem(code, item, Expressions.Text(item.Value), comment.Length == 0 ? "" : $" // {comment}");
            }
        }
    }

    private static void WriteItem(CodeWriter code, HeldModel item, string value, string comment)
    {
        switch (item.Kind)
        {
            case HeldKind.Layer:
                code.Line($"slicer.Layer({value});{comment}");
                break;
            case HeldKind.Holder:
                WriteHeld(code, item, value, held => code.Line($"All(slicer, {held});"));
                break;
            case HeldKind.HolderList:
                WriteHeld(code, item, value, held =>
                {
                    using (code.Open($"foreach (var item in {held})"))
                    {
                        code.Line("All(slicer, item);");
                    }
                });
                break;
            case HeldKind.Module:
                code.Line($"slicer.Below({value}, Any);");
                break;
            case HeldKind.Modules:
                WriteHeld(code, item, value, held =>
                {
                    using (code.Open($"foreach (var item in {held})"))
                    {
                        code.Line("slicer.Below(item, Any);");
                    }
                });
                break;
            case HeldKind.Tensor:
                code.Line($"slicer.Tensor(model, \"{item.Name}\", value => {value} = ({item.Type})value);{comment}");
                break;
            case HeldKind.Count:
                code.Line($"slicer.Count(model, \"{item.Name}\", value => {value} = ({item.Type})value);");
                break;
        }
    }

    // A member that may be null says so.
    private static void WriteHeld(CodeWriter code, HeldModel item, string value, Action<string> write)
    {
        if (!value.EndsWith("!", StringComparison.Ordinal))
        {
            write(value);
            return;
        }

        using (code.Open($"if ({value.TrimEnd('!')} is {{ }} {item.Name}Held)"))
        {
            write(item.Name + "Held");
        }
    }

    private static void WriteAny(CodeWriter code, EquatableArray<FlowDispatch> classes)
    {
        code.Line("// What a container holds.");
        code.Line($"private static bool Any({Slicer}, global::TorchSharp.torch.nn.Module module)");

        using (code.Open())
        {
            code.Line("switch (module)");

            using (code.Open())
            {
                foreach (var type in classes)
                {
                    code.Line($"case {type.Type} model:");
                    code.Line("    All(slicer, model);");
                    code.Line("    return true;");
                }

                code.Line("default:");
                code.Line("    return false;");
            }
        }
    }
}
