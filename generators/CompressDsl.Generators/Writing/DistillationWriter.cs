using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes the <c>{Student}Distillation</c> of a student: the pair, its constants, and the loss written out.</summary>
internal static class DistillationWriter
{
    private const string Tensor = "global::TorchSharp.torch.Tensor";
    private const string Torch = "global::TorchSharp.torch";
    private const string Library = "global::CompressDsl";
    private const string Accessors = "__Fields";

    public static string Write(DistillationModel model)
    {
        var student = model.Student.Declaration;
        var name = student.Stem + "Distillation";
        var typeParameters = student.TypeParameters.Count == 0 ? "" : $"<{string.Join(", ", student.TypeParameters)}>";
        var constraints = string.Concat(model.Constraints.Select(static clause => " " + clause));
        var names = new DistillationNames(model);
        var code = new CodeWriter();
        code.Header();

        using (code.OpenAround(model.Student))
        {
            var teachers = string.Join(" and ", model.Teachers.Select(static teacher => See(teacher.Type)));
            var (are, fit) = model.Teachers.Count == 1 ? ("the teacher is", "its teacher, which is") : ("the teachers are", "its teachers, which are");
            code.Line($"/// <summary>Distils a {teachers} into a {See(student.NameWithTypeParameters)}: {are} frozen, in eval mode and under no_grad.</summary>");

            using (code.Open($"{model.Accessibility} sealed class {name}{typeParameters} : {Library}.Distillation<{student.NameWithTypeParameters}, {model.Teachers[0].Type}>{constraints}"))
            {
                WriteConstants(code, model.Options, names);
                code.Line();
                WriteConstructor(code, model, name, fit);
                code.Line();
                WriteCompute(code, model, names);
                ModeWriter.Write(code, model, names);

                if (model.Matches.Count > 0)
                {
                    code.Line();
                    MatchWriter.WriteTerms(code, model, names);
                }

                if (model.Accessors.Count > 0)
                {
                    code.Line();
                    FlowWriter.WriteAccessors(code, Accessors, model.Accessors);
                }
            }
        }

        return code.ToString();
    }

    /// <summary>The property that holds a teacher, from 0.</summary>
    public static string TeacherName(int index) => index == 0 ? "Teacher" : "Teacher" + (index + 1);

    /// <summary>An expression for what is at the end of a way.</summary>
    public static string Go(string model, EquatableArray<MemberStep> path)
        => path.Aggregate(model, static (held, step) =>
            (step.IsAccessor ? $"{Accessors}.{step.Name}({held})" : $"{held}.{step.Name}") + (step.IsNullable ? "!" : ""));

    private static string See(string type) => $"<see cref=\"{type.Replace('<', '{').Replace('>', '}')}\"/>";

    private static void WriteConstants(CodeWriter code, DistillationOptions options, DistillationNames names)
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

        if (options.Mode == "OnPolicy")
        {
            code.Line();
            code.Line("/// <summary>The share of batches that the student writes itself.</summary>");
            code.Line($"public const double {names.Lambda} = {CodeWriter.Literal(options.Lambda)};");
        }
    }

    private static void WriteConstructor(CodeWriter code, DistillationModel model, string name, string fit)
    {
        var teachers = string.Join(", ", model.Teachers.Select(static (teacher, index) => $"{teacher.Type} teacher{(index == 0 ? "" : index + 1)}"));
        var hidden = model.Matches.Any(static match => match.Kind == MatchKind.Hidden);

        for (var i = 1; i < model.Teachers.Count; i++)
        {
            code.Line($"private readonly {model.Teachers[i].Type} _teacher{i + 1};");
            code.Line();
        }

        code.Line($"/// <summary>Pairs a student with {fit} frozen from now on.</summary>");

        using (code.Open($"public {name}({model.Student.Declaration.NameWithTypeParameters} student, {teachers}) : base(student, teacher)"))
        {
            for (var i = 1; i < model.Teachers.Count; i++)
            {
                code.Line($"_teacher{i + 1} = Freeze(teacher{i + 1}, nameof(teacher{i + 1}));");
            }
        }

        for (var i = 1; i < model.Teachers.Count; i++)
        {
            code.Line();
            code.Line($"/// <summary>The {(i == 1 ? "second" : i + 1 + "th")} teacher: frozen, and in eval mode whenever it is read here.</summary>");
            code.Line($"public {model.Teachers[i].Type} {TeacherName(i)} => InEval(_teacher{i + 1});");
        }

        if (hidden)
        {
            var members = string.Join(", ", new DistillationNames(model).Terms
                .Where((_, index) => model.Matches[index].Kind == MatchKind.Hidden)
                .Select(static term => $"\"{term.Reported}\""));
            code.Line();
            code.Line("/// <inheritdoc/>");
            code.Line($"public override {Library}.FeatureProjections Projections {{ get; }} = new({members});");
        }
    }

    private static void WriteCompute(CodeWriter code, DistillationModel model, DistillationNames names)
    {
        var isCausal = model.Options.Task == "CausalLanguageModel";
        var isUniversal = model.Options.Vocabulary == "UniversalLogit";
        var terms = model.Matches.Count > 0 ? "Terms" : $"{Library}.DistillationTerms";

        WriteSignature(code, model, names, terms, isCausal, isUniversal);

        using (code.Open())
        {
            code.Line($"using var {names.Scope} = {Torch}.NewDisposeScope();");
            MatchWriter.WriteCaptures(code, model, names);
            code.Line();
            WriteTeachers(code, model, names, isUniversal);
            code.Line();
            code.Line($"var {names.StudentLogits} = Student.call({string.Join(", ", model.Inputs.Select(static input => input.Name))}){model.StudentLogits};");
            code.Line();
            WriteRows(code, model, names, isCausal, isUniversal);

            if (model.Matches.Count == 0)
            {
                code.Line();
                code.Line($"return new {terms}({names.Hard}, {names.Soft}, {names.Alpha}, {names.Rows}.Count).MoveToOuterDisposeScope();");

                return;
            }

            code.Line();
            MatchWriter.WriteValues(code, model, names);
            code.Line();
            code.Line($"var {names.Result} = new Terms({names.Hard}, {names.Soft}, {names.Alpha}, {names.Rows}.Count, {string.Concat(names.Terms.Select(static term => term.Value + ", "))}{names.Places}.Count);");
            code.Line($"{names.Result}.MoveToOuterDisposeScope();");
            code.Line();
            code.Line($"return {names.Result};");
        }
    }

    private static void WriteSignature(CodeWriter code, DistillationModel model, DistillationNames names, string terms, bool isCausal, bool isUniversal)
    {
        var features = model.Matches.Count > 0 ? " + the weighted features" : "";
        var parameters = new List<string>();
        code.Line($"/// <summary>The loss of one batch: (1 - {names.Alpha}) * Hard + {names.Alpha} * Soft{features}, with {names.T}^2 in Soft, each the mean over what counts.</summary>");

        foreach (var input in model.Inputs)
        {
            Add($"{input.Type} {input.Name}", isUniversal ? "As the student's forward takes it." : "As the student's forward takes it; the teacher gets the same.");
        }

        Add($"{Tensor} {names.Labels}", DescribeLabels(isCausal));

        if (isUniversal)
        {
            for (var i = 0; i < model.Inputs.Count; i++)
            {
                Add($"{model.Inputs[i].Type} {names.TeacherInputs[i]}", "The same text as the teacher's tokenizer cuts it.");
            }

            Add($"{Tensor} {names.TeacherLabels}", "The labels of the teacher's tokens; -100 leaves a place out. The n-th place that counts belongs to the n-th of the student.");
        }

        Add($"{Tensor}? {names.Mask} = null", "The shape of the labels: 0 or false leaves a place out of both terms. Null: every place counts.");

        if (isUniversal)
        {
            Add($"{Tensor}? {names.TeacherMask} = null", "The same for the teacher's labels.");
        }

        if (model.Matches.Count > 0 && model.AttentionMask is null)
        {
            Add($"{Tensor}? {names.AttentionMask} = null", "[batch, length], 0 or false where there is padding: such places are no part of the features. Null: all are.");
        }

        code.Line("/// <returns>The terms, in the dispose scope around the call.</returns>");
        code.Line($"public {terms} Compute({string.Join(", ", parameters)})");

        void Add(string parameter, string description)
        {
            var name = parameter.Split('=')[0].Trim().Split(' ').Last();
            code.Line($"/// <param name=\"{name.TrimStart('@')}\">{description}</param>");
            parameters.Add(parameter);
        }
    }

    private static void WriteTeachers(CodeWriter code, DistillationModel model, DistillationNames names, bool isUniversal)
    {
        var inputs = string.Join(", ", isUniversal ? names.TeacherInputs : model.Inputs.Select(static input => input.Name));
        var calls = model.Teachers.Select((teacher, index) => $"{TeacherName(index)}.call({inputs}){teacher.Logits}").ToArray();
        code.Line($"{Tensor} {names.TeacherLogits};");

        using (code.Open($"using ({Torch}.no_grad())"))
        {
            if (calls.Length == 1)
            {
                code.Line($"{names.TeacherLogits} = {calls[0]};");
            }
            else
            {
                code.Line($"{names.TeacherLogits} = {Library}.TeacherEnsemble.{model.Options.Mean}({names.T}, {string.Join(", ", calls)});");
            }
        }
    }

    private static void WriteRows(CodeWriter code, DistillationModel model, DistillationNames names, bool isCausal, bool isUniversal)
    {
        var place = isCausal ? "Next" : "InPlace";
        var student = $"{Library}.ShiftedLogits.{place}({names.StudentLogits})";
        var teacher = $"{Library}.ShiftedLogits.{place}({names.TeacherLogits})";
        var places = $"{Library}.TokenMask.{place}({names.Labels}, {names.Mask})";
        var beta = model.Options.Beta is null ? "" : $", {names.Beta}";

        if (isCausal)
        {
            code.Line("// The logits at t speak of the token at t + 1: the last logits have no label, the first label no logits.");
        }

        code.Line($"var {names.Rows} = {Library}.LogitRows.Select(");
        code.Line($"    {student},");
        code.Line($"    {(isUniversal ? "null" : teacher)},");
        code.Line($"    {places},");
        code.Line($"    {Library}.Vocabulary.{model.Options.Vocabulary});");
        code.Line($"var {names.Hard} = {names.Rows}.CrossEntropy();");

        if (isUniversal)
        {
            code.Line($"var {names.Soft} = {names.T} * {names.T} * {Library}.UniversalLogit.Mean(");
            code.Line($"    {student},");
            code.Line($"    {places},");
            code.Line($"    {teacher},");
            code.Line($"    {Library}.TokenMask.{place}({names.TeacherLabels}, {names.TeacherMask}),");
            code.Line($"    {names.T});");
        }
        else
        {
            code.Line($"var {names.Soft} = {names.T} * {names.T} * {Library}.{model.Options.Divergence}.Mean({names.Rows}, {names.T}{beta});");
        }
    }

    private static string DescribeLabels(bool isCausal)
        => isCausal
            ? "The tokens [batch, length], int64, not shifted: the logits at t are held against the label at t + 1. -100 leaves a place out."
            : "[batch], or [batch, length] where the logits are [batch, length, classes]; int64. -100 leaves a place out of both terms.";
}
