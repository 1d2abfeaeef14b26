using CompressDsl.Compatibility;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>arcee-ai/DistillKit.</summary>
internal static class DistillKitGolden
{
    private static readonly Dictionary<string, (Dense Dense, Sparse Sparse)> Divergences = new()
    {
        ["KLDLoss"] = (DistillKit.Kl, DistillKit.Kl),
        ["JSDLoss"] = (DistillKit.JensenShannon, DistillKit.JensenShannon),
        ["TVDLoss"] = (DistillKit.TotalVariation, DistillKit.TotalVariation),
    };

    private delegate Tensor Dense(Tensor student, Tensor teacher, double temperature, Tensor? mask, double? items);

    private delegate Tensor Sparse(Tensor student, DistillKitSignal teacher, double temperature, MissingProbability missing, Tensor? mask, double? items);

    public static void Check(GoldenCase golden)
    {
        var given = new LossCase(golden);
        given.Mentions("top_k", "chunk_length", "layer_mapping");
        var mask = given.Optional("mask");
        given.AssertLoss(given.Function switch
        {
            "HingeLoss" => DistillKit.Hinge(given.Input("student"), Signal(given), given.Maybe("margin"), mask, given.Number("eps", 1e-8)),
            "LogisticRankingLoss" => DistillKit.LogisticRanking(given.Input("student"), Signal(given), mask, given.Number("eps", 1e-9)),
            "HiddenStateMSELoss" => DistillKit.HiddenMeanSquared(Layers(given), mask),
            "HiddenStateCosineLoss" => DistillKit.HiddenCosine(Layers(given), mask),
            var function => Divergence(given, Divergences[function], mask),
        });
    }

    private static Tensor Divergence(LossCase given, (Dense Dense, Sparse Sparse) loss, Tensor? mask)
    {
        var (student, t, items) = (given.Input("student"), given.Number("temperature"), given.Maybe("num_items_in_batch"));
        if (given.Optional("teacher") is { } teacher)
        {
            return loss.Dense(student, teacher, t, mask, items);
        }

        return loss.Sparse(student, Signal(given), t, given.Text("missing", "zero") switch
        {
            "zero" => MissingProbability.Zero,
            "symmetric_uniform" => MissingProbability.SymmetricUniform,
            var other => throw new NotSupportedException($"There is no way '{other}' to treat what is missing."),
        }, mask, items);
    }

    private static DistillKitSignal Signal(LossCase given) =>
        new(given.Input("ids"), given.Input("values"), given.Flag("log_target", true), given.Number("generation_temperature", 1));

    private static (Tensor Student, Tensor Teacher)[] Layers(LossCase given) => [.. given.Value("layer_mapping").EnumerateArray().Select((pair, number) =>
    {
        var (student, teacher) = (given.Input($"student_h{pair[0].GetInt32()}"), given.Input($"teacher_h{pair[1].GetInt32()}"));
        return (given.Optional($"proj{number}") is { } projection ? nn.functional.linear(student, projection) : student, teacher);
    })];
}
