using CompressDsl.Compatibility;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>yoshitomo-matsubara/torchdistill.</summary>
internal static class TorchdistillGolden
{
    private static readonly Dictionary<string, Func<LossCase, Tensor>> Losses = new()
    {
        ["KDLoss"] = static c => Torchdistill.Kd(
            S(c), T(c), c.Optional("targets"), c.Number("temperature"), c.Maybe("alpha"), c.Maybe("beta"), c.Reduction("batchmean")),
        ["LogitStdKDLoss"] = static c => Torchdistill.LogitStandardizedKd(
            S(c), T(c), c.Optional("targets"), c.Number("temperature"), c.Maybe("alpha"), c.Maybe("beta"), c.Reduction("batchmean"), c.Number("eps", 1e-7)),
        ["SRDLoss"] = static c => Torchdistill.SimpleRecipe(
            c.Input("student_feat"), c.Input("teacher_feat"), S(c), T(c), c.Number("exponent", 1), c.Number("temperature", 1), c.Reduction("batchmean")),
        ["DISTLoss"] = static c => StrongerTeacher.Mean(S(c), T(c), c.Number("tau", 1), c.Number("beta", 1), c.Number("gamma", 1), c.Number("eps", 1e-8)),
        ["ATLoss"] = AttentionTransferOfPairs,
        ["FSPLoss"] = static c => c.Number("weight", 1) * Torchdistill.FlowOfSolution(
            c.Input("student1"), c.Input("student2"), c.Input("teacher1"), c.Input("teacher2")),
        ["SPKDLoss"] = static c => Torchdistill.SimilarityPreserving(S(c), T(c), c.Reduction("batchmean")),
        ["RKDLoss"] = static c => Torchdistill.Relational(S(c), T(c), c.Number("dist_factor", 0), c.Number("angle_factor", 0), c.Reduction("mean")),
        ["FTLoss"] = static c => Torchdistill.FactorTransfer(S(c), T(c), c.Number("p", 1), c.Reduction("mean")),
        ["AltActTransferLoss"] = static c => c.Number("weight", 1) * Torchdistill.ActivationBoundary(S(c), T(c), c.Number("margin"), c.Reduction("mean")),
        ["ChSimLoss"] = static c => c.Number("weight", 1) * Torchdistill.ChannelSimilarity(S(c), T(c)),
        ["AffinityLoss"] = static c => Torchdistill.Affinity(S(c), T(c), c.Reduction("mean")),
        ["PKTLoss"] = static c => ProbabilisticTransfer.Mean(S(c), T(c), c.Number("eps", 1e-7)),
        ["CCKDLoss"] = CorrelationCongruenceOfKernel,
        ["VIDLoss"] = static c => c.Number("weight", 1) * VariationalInformation.Mean(c.Input("student_mean"), c.Input("student_var"), T(c)),
        ["HierarchicalContextLoss"] = static c => Torchdistill.KnowledgeReview(
            S(c), T(c), c.Has("output_sizes") ? [.. c.Value("output_sizes").EnumerateArray().Select(static size => size.GetInt32())] : null, c.Reduction("mean")),
    };

    public static void Check(GoldenCase golden)
    {
        var given = new LossCase(golden);
        given.AssertLoss(Losses[given.Function](given));
    }

    private static Tensor S(LossCase given) => given.Input("student");

    private static Tensor T(LossCase given) => given.Input("teacher");

    private static Tensor AttentionTransferOfPairs(LossCase given)
    {
        Func<Tensor, Tensor, Tensor> loss = given.Text("mode", "code") switch
        {
            "code" => Torchdistill.AttentionTransfer,
            "paper" => AttentionTransfer.Mean,
            var other => throw new NotSupportedException($"There is no mode '{other}'."),
        };
        return given.Value("weights").EnumerateArray()
            .Select((weight, pair) => weight.GetDouble() * loss(given.Input($"student{pair + 1}"), given.Input($"teacher{pair + 1}")))
            .Aggregate(static (sum, term) => sum + term);
    }

    private static Tensor CorrelationCongruenceOfKernel(LossCase given)
    {
        var (kernel, reduction) = (given.Value("kernel"), given.Reduction("batchmean"));
        return kernel.GetProperty("type").GetString() switch
        {
            "gaussian" => Torchdistill.CorrelationCongruence(
                S(given), T(given), kernel.GetProperty("gamma").GetDouble(), kernel.GetProperty("max_p").GetInt32(), reduction),
            "bilinear" => Torchdistill.BilinearCorrelationCongruence(S(given), T(given), reduction),
            var other => throw new NotSupportedException($"There is no kernel '{other}'."),
        };
    }
}
