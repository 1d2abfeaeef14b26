using CompressDsl.Models;

namespace CompressDsl.Writing;

/// <summary>Writes what is matched beside the logits: its captures, its terms, and the type that has them by name.</summary>
internal static class MatchWriter
{
    private const string Tensor = "global::TorchSharp.torch.Tensor";
    private const string Library = "global::CompressDsl";

    /// <summary>The type of the terms: a property for every match.</summary>
    public static void WriteTerms(CodeWriter code, DistillationModel model, DistillationNames names)
    {
        var values = string.Concat(names.Terms.Select(static term => $"{Tensor} {term.Value}, "));
        var features = string.Join(", ", names.Terms.Select((term, index) => $"new(\"{term.Reported}\", {term.Value}, {CodeWriter.Literal(model.Matches[index].Weight)})"));

        code.Line("/// <summary>The terms of one batch's loss, by name.</summary>");

        using (code.Open($"public sealed class Terms : {Library}.DistillationTerms"))
        {
            code.Line($"internal Terms({Tensor} hard_, {Tensor}? soft_, double alpha_, long count_, {values}long featureCount_)");
            code.Line($"    : base(hard_, soft_, alpha_, count_, new {Library}.DistillationTerm[] {{ {features} }}, featureCount_)");

            using (code.Open())
            {
                foreach (var term in names.Terms)
                {
                    code.Line($"this.{term.Property} = {term.Value};");
                }
            }

            for (var i = 0; i < names.Terms.Length; i++)
            {
                code.Line();
                code.Line($"/// <summary>{Describe(model.Matches[i])}</summary>");
                code.Line($"public {Tensor} {names.Terms[i].Property} {{ get; }}");
            }
        }
    }

    /// <summary>The statements that hook what is matched; the hooks go when the method ends.</summary>
    public static void WriteCaptures(CodeWriter code, DistillationModel model, DistillationNames names)
    {
        for (var i = 0; i < names.Terms.Length; i++)
        {
            var match = model.Matches[i];
            code.Line($"using var {names.Terms[i].OfStudent} = {Capture(match.Kind, match.OfStudent, "Student")};");
            code.Line($"using var {names.Terms[i].OfTeacher} = {Capture(match.Kind, match.OfTeacher, DistillationWriter.TeacherName(match.Teacher))};");
        }
    }

    /// <summary>The statements that make the terms of what was kept.</summary>
    public static void WriteValues(CodeWriter code, DistillationModel model, DistillationNames names)
    {
        code.Line($"var {names.Places} = {Library}.FeaturePlaces.Of({names.AttentionMask}, {string.Join(", ", names.Terms.Select(static term => term.OfStudent + ".Places"))});");

        for (var i = 0; i < names.Terms.Length; i++)
        {
            var (match, term) = (model.Matches[i], names.Terms[i]);
            var map = match.Pairs.Count == 0 ? $"{Library}.LayerMap.{match.Map}" : $"new[] {{ {string.Join(", ", match.Pairs)} }}";
            var pairs = match.OfStudent.IsList ? $"{Library}.LayerPairs.Of({map}, {term.OfStudent}.Count, {term.OfTeacher}.Count)" : $"{Library}.LayerPairs.One";

            code.Line($"var {term.Value} = {Library}.{(match.Kind == MatchKind.Hidden ? "HiddenMatch" : "AttentionMatch")}.Mean(");
            code.Line($"    {term.OfStudent},");
            code.Line($"    {term.OfTeacher},");
            code.Line($"    {pairs},");
            code.Line(match.Kind switch
            {
                MatchKind.Hidden => $"    {Library}.HiddenLoss.{match.Loss},",
                MatchKind.Map => $"    {Library}.AttentionLoss.{match.Loss},",
                _ => $"    {match.RelationHeads},",
            });
            code.Line($"    {names.Places}{(match.Kind == MatchKind.Hidden ? "," : ");")}");

            if (match.Kind == MatchKind.Hidden)
            {
                code.Line("    Projections,");
                code.Line($"    \"{term.Reported}\");");
            }
        }
    }

    private static string Capture(MatchKind kind, CapturedModel captured, string model)
    {
        var held = DistillationWriter.Go(model, captured.Path);

        return captured.IsList
            ? $"{Library}.CaptureList.OfEach({held}, static layer => {One("layer")})"
            : $"{Library}.CaptureList.Of({One(held)})";

        string One(string layer) => kind switch
        {
            MatchKind.Hidden when captured.Hidden.Length > 0 => $"{Library}.HiddenCapture.Of({layer}, static output => output{captured.Hidden})",
            MatchKind.Hidden => $"{Library}.HiddenCapture.Of({layer})",
            MatchKind.Map => $"{Library}.AttentionCapture.Of({layer})",
            _ when captured.Vectors.Count == 1 => $"{Library}.RelationCapture.OfFused({DistillationWriter.Go(layer, captured.Vectors[0])})",
            _ => $"{Library}.RelationCapture.Of({string.Join(", ", captured.Vectors.Select(vectors => DistillationWriter.Go(layer, vectors)))})",
        };
    }

    private static string Describe(MatchModel match) => match.Kind switch
    {
        MatchKind.Hidden => $"What the hidden states of <c>{match.Member}</c> differ by from the teacher's.",
        MatchKind.Map => $"What <c>{match.Member}</c> attends to differently from the teacher.",
        _ => $"What the relations of <c>{match.Member}</c> (query-query, key-key, value-value) differ by from the teacher's.",
    };
}
