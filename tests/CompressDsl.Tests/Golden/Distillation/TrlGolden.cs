using CompressDsl.Compatibility;

namespace CompressDsl.Tests;

/// <summary>huggingface/trl.</summary>
internal static class TrlGolden
{
    public static void Check(GoldenCase golden)
    {
        var given = new LossCase(golden);
        switch (given.Function)
        {
            case "GKDTrainer.generalized_jsd_loss":
                given.AssertLoss(Trl.GeneralizedJensenShannon(
                    given.Input("student"), given.Input("teacher"), given.Optional("labels"), given.Number("beta", 0.5), given.Number("temperature", 1),
                    given.Reduction("batchmean"), given.Maybe("num_items_in_batch")));
                break;
            case "MiniLLMTrainer._single_step_decomposition_loss":
                given.AssertLoss(Trl.MiniLlmSingleStep(
                    given.Input("student"), given.Input("teacher"), given.Optional("mask"), given.Number("kd_temperature", 1), given.Reduction("batchmean")));
                break;
            case "MiniLLMTrainer._compute_advantage":
                given.AssertOutput("advantages", Trl.MiniLlmAdvantage(
                    given.Input("student_logp"), given.Input("teacher_logp"), given.Optional("mask"), given.Number("gamma"),
                    given.Flag("length_normalization", true)));
                break;
            case "ULDLoss._compute_distillation_loss (use_extended_uld=False)":
                given.AssertLoss(UniversalLogit(given));
                break;
            default:
                throw new NotSupportedException($"Nobody knows {given.Function}.");
        }
    }

    private static TorchSharp.torch.Tensor UniversalLogit(LossCase given)
    {
        var t = given.Number("temperature", 1);
        return given.Number("distillation_weight", 1) * Trl.UniversalLogit(
            given.Input("student"), given.Input("teacher"), given.Input("student_labels"), given.Input("teacher_labels"),
            given.Number("student_temperature", t), given.Number("teacher_temperature", t),
            given.Flag("skip_student_eos", false), given.Flag("skip_teacher_eos", false), given.Text("token_merge_strategy", "observed") switch
            {
                "observed" => AnswerAlignment.Observed,
                "bayesian" => AnswerAlignment.Bayesian,
                var other => throw new NotSupportedException($"There is no strategy '{other}'."),
            });
    }
}
