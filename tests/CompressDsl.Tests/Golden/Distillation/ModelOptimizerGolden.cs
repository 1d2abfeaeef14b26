using CompressDsl.Compatibility;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>NVIDIA/Model-Optimizer.</summary>
internal static class ModelOptimizerGolden
{
    public static void Check(GoldenCase golden)
    {
        var given = new LossCase(golden);
        given.AssertLoss(given.Function switch
        {
            "LogitsDistillationLoss" => ModelOptimizer.Logits(given.Input("student"), given.Input("teacher"), given.Number("temperature", 1), given.Reduction("mean")),
            "MFTLoss" => ModelOptimizer.Minifinetuning(
                given.Input("student"), given.Input("teacher"), given.Input("labels"), given.Number("temperature", 1), given.Number("threshold", 0.2),
                given.Reduction("batchmean")),
            "MGDLoss" => MaskedGenerative(given),
            var function => throw new NotSupportedException($"Nobody knows {function}."),
        });
    }

    private static Tensor MaskedGenerative(LossCase given)
    {
        var (student, teacher) = (given.Input("student"), given.Input("teacher"));
        var (ours, theirs) = (given.Number("num_student_channels", student.shape[1]), given.Number("num_teacher_channels", teacher.shape[1]));
        var network = new MaskedGenerative((long)ours, (long)theirs, given.Number("lambda_mgd", 0.65));
        return given.Number("alpha_mgd", 1) * given.Run(network, () => network.forward(student, teacher, given.Input("rand")));
    }
}
