using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes what a mode adds to a distillation: who writes the text that is learned from, or where the teacher's answers are kept.</summary>
internal static class ModeWriter
{
    private const string Library = "global::CompressDsl";
    private const string Tensor = "global::TorchSharp.torch.Tensor";

    public static void Write(CodeWriter code, DistillationModel model, DistillationNames names)
    {
        switch (model.Options.Mode)
        {
            case "SequenceLevel":
                WriteBatchLoss(code, model, names);
                WriteSequences(code);
                break;
            case "OnPolicy":
                WriteBatchLoss(code, model, names);
                WritePolicy(code, names);
                break;
            case "Pretraining" when model.Matches.Count == 0:
                WriteCachedLoss(code, model, names);
                break;
        }
    }

    private static void WriteBatchLoss(CodeWriter code, DistillationModel model, DistillationNames names)
    {
        // Where the teacher has tokens of its own, what was written must be cut again for it first.
        if (model.Options.Vocabulary == "UniversalLogit")
        {
            return;
        }

        var (terms, mask) = model.Matches.Count > 0 ? ("Terms", $", {names.AttentionMask}: batch.Mask") : ($"{Library}.DistillationTerms", "");
        code.Line();
        code.Line("/// <summary>The loss of a batch that was written: over the tokens after the prompts.</summary>");
        code.Line("/// <param name=\"batch\">Prompts, and what was written after them.</param>");
        code.Line("/// <returns>The terms, in the dispose scope around the call.</returns>");
        code.Line($"public {terms} Compute({Library}.GenerationBatch batch) => Compute(batch.Tokens, batch.Labels{mask});");
    }

    private static void WriteSequences(CodeWriter code)
    {
        code.Line();
        code.Line("/// <summary>Lets the teacher write after some prompts, and keeps what passes the filters: the batches to learn from.</summary>");
        code.Line("/// <inheritdoc cref=\"global::CompressDsl.SequenceLevel.Write\"/>");

        using (code.Open($"public {Library}.SequenceLevel Write(global::System.Collections.Generic.IEnumerable<global::System.Collections.Generic.IReadOnlyList<long>> prompts, {Library}.SequenceLevelOptions options, string? folder = null, global::System.IProgress<{Library}.SequenceLevelReport>? progress = null, global::System.Threading.CancellationToken cancellationToken = default)"))
        {
            code.Line($"return {Library}.SequenceLevel.Write(Teacher, prompts, options, folder, progress, cancellationToken);");
        }
    }

    private static void WritePolicy(CodeWriter code, DistillationNames names)
    {
        code.Line();
        code.Line($"/// <summary>Who writes the next batch: the student, for a share {names.Lambda} of them, or the data. Its <c>Next</c> takes the student and a batch of the data.</summary>");
        code.Line("/// <param name=\"generation\">How the student writes; its temperature has nothing to do with T.</param>");
        code.Line($"public {Library}.OnPolicy Policy({Library}.GenerationOptions generation) => new(new {Library}.OnPolicyOptions {{ Lambda = {names.Lambda}, Generation = generation }});");
    }

    private static void WriteCachedLoss(CodeWriter code, DistillationModel model, DistillationNames names)
    {
        var options = model.Options;
        var beta = options.Beta is null ? "" : $", Beta = {names.Beta}";
        var teacher = names.CachedTeacher;
        code.Line();
        code.Line("/// <summary>The loss of one batch whose teacher answered before: what it said is read from a cache.</summary>");

        foreach (var input in model.Inputs)
        {
            code.Line($"/// <param name=\"{input.Name.TrimStart('@')}\">As the student's forward takes it.</param>");
        }

        code.Line($"/// <param name=\"{teacher}\">What the teacher said of the same batch.</param>");
        code.Line($"/// <param name=\"{names.Labels}\">The tokens [batch, length], int64, not shifted. -100 leaves a place out.</param>");
        code.Line($"/// <param name=\"{names.Mask}\">The shape of the labels: 0 or false leaves a place out of both terms. Null: every place counts.</param>");
        code.Line("/// <returns>The terms, in the dispose scope around the call.</returns>");

        var parameters = string.Concat(model.Inputs.Select(static input => $"{input.Type} {input.Name}, "));

        using (code.Open($"public {Library}.DistillationTerms Compute({parameters}{Library}.CachedTargets {teacher}, {Tensor} {names.Labels}, {Tensor}? {names.Mask} = null)"))
        {
            code.Line($"using var {names.Scope} = global::TorchSharp.torch.NewDisposeScope();");
            code.Line();
            code.Line($"var {names.StudentLogits} = Student.call({string.Join(", ", model.Inputs.Select(static input => input.Name))}){model.StudentLogits};");
            code.Line();
            code.Line($"return {Library}.CachedLoss.ComputeNext(");
            code.Line($"    {names.StudentLogits},");
            code.Line($"    {teacher},");
            code.Line($"    {names.Labels},");
            code.Line($"    {names.Mask},");
            code.Line($"    new {Library}.CachedLossOptions {{ Divergence = {Library}.Divergence.{options.Divergence}, T = {names.T}, Alpha = {names.Alpha}{beta} }}).MoveToOuterDisposeScope();");
        }
    }
}
