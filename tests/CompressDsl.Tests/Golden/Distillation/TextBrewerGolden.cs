using CompressDsl.Compatibility;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>airaria/TextBrewer.</summary>
internal static class TextBrewerGolden
{
    public static void Check(GoldenCase golden)
    {
        var given = new LossCase(golden);
        // The mask is an input; as a parameter it says no more than that there is none.
        Assert.False(given.Has("mask"));
        given.AssertLoss(given.Function switch
        {
            "kd_ce_loss" => OnLogits(given, TextBrewer.KdCrossEntropy, TextBrewer.KdCrossEntropy),
            "kd_mse_loss" => OnLogits(given, TextBrewer.KdMeanSquared, TextBrewer.KdMeanSquared),
            "att_mse_loss" => Masked(given, TextBrewer.AttentionMeanSquared),
            "att_mse_sum_loss" => Masked(given, TextBrewer.AttentionMeanSquaredSum),
            "att_ce_loss" => Masked(given, TextBrewer.AttentionCrossEntropy),
            "att_ce_mean_loss" => Masked(given, TextBrewer.AttentionCrossEntropyMean),
            "hid_mse_loss" => Masked(given, TextBrewer.HiddenMeanSquared),
            "cos_loss" => Masked(given, TextBrewer.Cosine),
            "pkd_loss" => Masked(given, static (student, teacher, _) => TextBrewer.Patient(student, teacher)),
            "fsp_loss" => OfTwoLayers(given, TextBrewer.FlowOfSolution),
            "mmd_loss" => OfTwoLayers(given, TextBrewer.NeuronSelectivity),
            var function => throw new NotSupportedException($"Nobody knows {function}."),
        });
    }

    private static Tensor OnLogits(LossCase given, Func<Tensor, Tensor, double, Tensor> loss, Func<Tensor, Tensor, Tensor, Tensor> ofRows) =>
        given.Optional("temperature") is { } temperatures
            ? ofRows(given.Input("student"), given.Input("teacher"), temperatures)
            : loss(given.Input("student"), given.Input("teacher"), given.Number("temperature", 1));

    private static Tensor Masked(LossCase given, Func<Tensor, Tensor, Tensor?, Tensor> loss) =>
        loss(given.Input("student"), given.Input("teacher"), given.Optional("mask"));

    private static Tensor OfTwoLayers(LossCase given, Func<Tensor, Tensor, Tensor, Tensor, Tensor?, Tensor> loss) => loss(
        given.Input("student0"), given.Input("student1"), given.Input("teacher0"), given.Input("teacher1"), given.Optional("mask"));
}
