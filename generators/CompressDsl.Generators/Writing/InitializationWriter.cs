using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes <c>InitializeFrom</c>: the student's members, one by one, from the teacher's.</summary>
internal static class InitializationWriter
{
    private const string Library = "global::CompressDsl";
    private const string Accessors = "__TeacherFields";

    public static string Write(InitializationModel model)
    {
        var student = model.Student.Declaration;
        var code = new CodeWriter();
        code.Header();

        using (code.OpenAround(model.Student))
        using (code.Open($"partial {student.Keyword} {student.NameWithTypeParameters}"))
        {
            code.Line("/// <summary>Starts from the weights of a teacher: what both have under one name is copied, and of lists the layers that belong together.</summary>");
            code.Line("/// <param name=\"teacher\">The teacher; it stays as it is.</param>");
            code.Line("/// <returns>What was copied, and what kept its own first values.</returns>");
            code.Line("/// <exception cref=\"global::System.ArgumentException\">A tensor of the same name has another shape, or the teacher has too few layers; nothing was copied then.</exception>");

            using (code.Open($"{(model.IsPublic ? "public" : "internal")} {Library}.InitializeReport InitializeFrom({model.Teacher} teacher)"))
            {
                code.Line("global::System.ArgumentNullException.ThrowIfNull(teacher);");
                code.Line($"var weights = new {Library}.WeightTransfer();");

                foreach (var member in model.Members)
                {
                    WriteMember(code, model, member);
                }

                code.Line();
                code.Line("return weights.Copy(this, teacher);");
            }

            if (model.Accessors.Count > 0)
            {
                code.Line();
                FlowWriter.WriteAccessors(code, Accessors, model.Accessors);
            }
        }

        return code.ToString();
    }

    private static void WriteMember(CodeWriter code, InitializationModel model, InitializedModel member)
    {
        var (own, name) = ("this." + member.Name, $"\"{member.Name.TrimStart('@')}\"");

        if (member.Teacher is not { } step)
        {
            code.Line($"weights.Keep({name}, {own});");

            return;
        }

        var theirs = step.IsAccessor ? $"{Accessors}.{step.Name}(teacher)" : $"teacher.{step.Name}";
        code.Line(member.Kind switch
        {
            InitializedKind.Layers when model.Layers.Count > 0 => $"weights.AddLayers({name}, {own}, {theirs}, new[] {{ {string.Join(", ", model.Layers)} }});",
            InitializedKind.Layers => $"weights.AddLayers({name}, {own}, {theirs}, {Library}.LayerMap.{model.Map});",
            _ => $"weights.Add({name}, {own}, {theirs});",
        });
    }
}
