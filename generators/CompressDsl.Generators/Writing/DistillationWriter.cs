using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes the <c>{Student}Distillation</c> of a student: the pair, its constants, and the loss written out.</summary>
internal static class DistillationWriter
{
    private const string Tensor = "global::TorchSharp.torch.Tensor";
    private const string Torch = "global::TorchSharp.torch";

    public static string Write(DistillationModel model)
    {
        var student = model.Student.Declaration;
        var name = student.Stem + "Distillation";
        var typeParameters = student.TypeParameters.Count == 0 ? "" : $"<{string.Join(", ", student.TypeParameters)}>";
        var constraints = string.Concat(model.Constraints.Select(static clause => " " + clause));
        var names = new Names(model);
        var code = new CodeWriter();
        code.Header();

        using (code.OpenAround(model.Student))
        {
            code.Line($"/// <summary>Distils a <see cref=\"{model.Teacher.Replace('<', '{').Replace('>', '}')}\"/> into a <see cref=\"{student.NameWithTypeParameters.Replace('<', '{').Replace('>', '}')}\"/>: the teacher is frozen, in eval mode and under no_grad.</summary>");

            using (code.Open($"{model.Accessibility} sealed class {name}{typeParameters} : global::CompressDsl.Distillation<{student.NameWithTypeParameters}, {model.Teacher}>{constraints}"))
            {
                WriteConstants(code, model.Options, names);
                code.Line();
                code.Line("/// <summary>Pairs a student with its teacher, which is frozen from now on.</summary>");

                using (code.Open($"public {name}({student.NameWithTypeParameters} student, {model.Teacher} teacher) : base(student, teacher)"))
                {
                }

                code.Line();
                WriteCompute(code, model, names);
            }
        }

        return code.ToString();
    }

    private static void WriteConstants(CodeWriter code, DistillationOptions options, Names names)
    {
        code.Line("/// <summary>The temperature that softens both distributions.</summary>");
        code.Line($"public const double {names.T} = {CodeWriter.Literal(options.T)};");
        code.Line();
        code.Line("/// <summary>The weight of the soft term; the hard term weighs 1 - Alpha.</summary>");
        code.Line($"public const double {names.Alpha} = {CodeWriter.Literal(options.Alpha)};");

        if (options.Beta is { } beta)
        {
            code.Line();
            code.Line($"/// <summary>The parameter of the {options.Divergence} divergence.</summary>");
            code.Line($"public const double {names.Beta} = {CodeWriter.Literal(beta)};");
        }
    }

    private static void WriteCompute(CodeWriter code, DistillationModel model, Names names)
    {
        var isCausal = model.Options.Task == "CausalLanguageModel";
        var inputs = string.Join(", ", model.Inputs.Select(static input => input.Name));
        var parameters = string.Concat(model.Inputs.Select(static input => $"{input.Type} {input.Name}, "));
        var (t, alpha) = (names.T, names.Alpha);
        var beta = model.Options.Beta is null ? "" : $", {names.Beta}";

        code.Line($"/// <summary>The loss of one batch: (1 - {alpha}) * Hard + {alpha} * Soft, with {t}^2 in Soft, each the mean over the valid rows.</summary>");

        foreach (var input in model.Inputs)
        {
            code.Line($"/// <param name=\"{input.Name.TrimStart('@')}\">As the student's forward takes it; the teacher gets the same.</param>");
        }

        code.Line($"/// <param name=\"{names.Labels}\">{DescribeLabels(isCausal)}</param>");
        code.Line($"/// <param name=\"{names.Mask}\">The shape of the labels: 0 or false leaves a place out of both terms. Null: every place counts.</param>");
        code.Line("/// <returns>The terms, in the dispose scope around the call.</returns>");

        using (code.Open($"public global::CompressDsl.DistillationTerms Compute({parameters}{Tensor} {names.Labels}, {Tensor}? {names.Mask} = null)"))
        {
            code.Line($"using var {names.Scope} = {Torch}.NewDisposeScope();");
            code.Line();
            code.Line($"{Tensor} {names.TeacherLogits};");

            using (code.Open($"using ({Torch}.no_grad())"))
            {
                code.Line($"{names.TeacherLogits} = Teacher.call({inputs}){model.TeacherLogits};");
            }

            code.Line();
            code.Line($"var {names.StudentLogits} = Student.call({inputs}){model.StudentLogits};");
            code.Line();

            if (isCausal)
            {
                code.Line("// The logits at t speak of the token at t + 1: the last logits have no label, the first label no logits.");
            }

            var place = isCausal ? "Next" : "InPlace";
            code.Line($"var {names.Rows} = global::CompressDsl.LogitRows.Select(");
            code.Line($"    global::CompressDsl.ShiftedLogits.{place}({names.StudentLogits}),");
            code.Line($"    global::CompressDsl.ShiftedLogits.{place}({names.TeacherLogits}),");
            code.Line($"    global::CompressDsl.TokenMask.{place}({names.Labels}, {names.Mask}),");
            code.Line($"    global::CompressDsl.Vocabulary.{model.Options.Vocabulary});");
            code.Line($"var {names.Hard} = {names.Rows}.CrossEntropy();");
            code.Line($"var {names.Soft} = {t} * {t} * global::CompressDsl.{model.Options.Divergence}.Mean({names.Rows}, {t}{beta});");
            code.Line();
            code.Line($"return new global::CompressDsl.DistillationTerms({names.Hard}, {names.Soft}, {alpha}, {names.Rows}.Count).MoveToOuterDisposeScope();");
        }
    }

    private static string DescribeLabels(bool isCausal)
        => isCausal
            ? "The tokens [batch, length], int64, not shifted: the logits at t are held against the label at t + 1. -100 leaves a place out."
            : "[batch], or [batch, length] where the logits are [batch, length, classes]; int64. -100 leaves a place out of both terms.";

    /// <summary>The names of constants, parameters and locals, out of the way of the user's.</summary>
    private sealed class Names(DistillationModel model)
    {
        private readonly HashSet<string> _typeParameters = new(
            model.Student.Containers.SelectMany(static container => container.TypeParameters).Concat(model.Student.Declaration.TypeParameters), StringComparer.Ordinal);

        private readonly HashSet<string> _inputs = new(model.Inputs.Select(static input => input.Name.TrimStart('@')), StringComparer.Ordinal);

        public string T => Constant("T", "Temperature");

        public string Alpha => Constant("Alpha", "SoftWeight");

        public string Beta => Constant("Beta", "DivergenceParameter");

        public string Labels => Local("labels");

        public string Mask => Local("mask", "lossMask");

        public string Scope => Local("scope");

        public string TeacherLogits => Local("teacherLogits");

        public string StudentLogits => Local("studentLogits");

        public string Rows => Local("rows");

        public string Hard => Local("hard");

        public string Soft => Local("soft");

        private string Constant(string name, string otherwise) => _typeParameters.Contains(name) || _inputs.Contains(name) ? otherwise : name;

        private string Local(string name, string? otherwise = null)
        {
            var candidate = _inputs.Contains(name) ? otherwise ?? name + "_" : name;

            while (_inputs.Contains(candidate))
            {
                candidate += "_";
            }

            return candidate;
        }
    }
}
