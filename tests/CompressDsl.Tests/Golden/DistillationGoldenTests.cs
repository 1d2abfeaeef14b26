using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>
/// Our terms against what published implementations make of the same logits: values and gradients. Of their cases those that are means over rows, as
/// ours are.
/// </summary>
public sealed class DistillationGoldenTests
{
    private static readonly Dictionary<string, Func<LogitRows, double, Tensor>> DistillKit = new()
    {
        ["KLDLoss"] = ForwardKl.Mean,
        ["JSDLoss"] = static (rows, t) => JensenShannon.Mean(rows, t, 0.5),
        ["TVDLoss"] = TotalVariation.Mean,
    };

    // There, the hard term is weighed by alpha and, where it is 0, the soft one is not multiplied by T².
    public static TheoryData<string> Torchdistill => GoldenCase.Where(static golden =>
        IsMean(golden, "kd_torchdistill", "KDLoss", ["student", "teacher", "targets"], ["temperature", "alpha"]) && golden.Parameter("alpha") != 0);

    public static TheoryData<string> JensenShannonOfTrl => GoldenCase.Where(static golden =>
        IsMean(golden, "kd_trl", "GKDTrainer.generalized_jsd_loss", ["student", "teacher", "labels"], ["beta", "temperature"]));

    public static TheoryData<string> MiniLlm => GoldenCase.Where(static golden =>
        IsMean(golden, "kd_trl", "MiniLLMTrainer._single_step_decomposition_loss", ["student", "teacher", "mask"], ["kd_temperature"]));

    public static TheoryData<string> DistillKitDense => GoldenCase.Where(static golden =>
        DistillKit.Keys.Any(loss => IsMean(golden, "kd_distillkit", loss, ["student", "teacher", "mask"], ["temperature"])
            || IsMean(golden, "kd_distillkit", loss, ["student", "teacher"], ["temperature"])));

    public static TheoryData<string> MeanSquares => GoldenCase.Where(static golden =>
        IsMean(golden, "kd_textbrewer", "kd_mse_loss", ["student", "teacher"], ["temperature"]));

    [Theory]
    [MemberData(nameof(Torchdistill))]
    public void Torchdistill_loss_agrees(string id)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(id);
        var (hard, t) = (golden.Parameter("alpha"), golden.Parameter("temperature"));
        var (student, rows) = Select(golden, golden.Input("targets"));
        AssertLossAndGradient(golden, (hard * rows.CrossEntropy()) + ((1 - hard) * t * t * ForwardKl.Mean(rows, t)), student);
    }

    [Theory]
    [MemberData(nameof(JensenShannonOfTrl))]
    public void Trl_generalised_Jensen_Shannon_agrees(string id)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(id);
        var (beta, t) = (golden.Parameter("beta"), golden.Parameter("temperature"));
        var (student, rows) = Select(golden, golden.Input("labels"));
        var loss = beta switch
        {
            0 => ForwardKl.Mean(rows, t),
            1 => ReverseKl.Mean(rows, t),
            _ => JensenShannon.Mean(rows, t, beta),
        };
        AssertLossAndGradient(golden, loss, student);
    }

    [Theory]
    [MemberData(nameof(MiniLlm))]
    public void Trl_MiniLlm_single_step_agrees(string id)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(id);
        var (student, rows) = Select(golden, null);
        AssertLossAndGradient(golden, ReverseKl.Mean(rows, golden.Parameter("kd_temperature")), student);
    }

    [Theory]
    [MemberData(nameof(DistillKitDense))]
    public void DistillKit_dense_losses_agree(string id)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(id);
        var t = golden.Parameter("temperature");
        var (student, rows) = Select(golden, null);
        AssertLossAndGradient(golden, t * t * DistillKit[golden.Function](rows, t), student);
    }

    [Theory]
    [MemberData(nameof(MeanSquares))]
    public void TextBrewer_mean_squared_logits_agree(string id)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(id);
        var (student, rows) = Select(golden, null);
        AssertLossAndGradient(golden, MeanSquaredLogits.Mean(rows, golden.Parameter("temperature")), student);
    }

    internal static (Tensor Student, LogitRows Rows) Select(GoldenCase golden, Tensor? labels)
    {
        var student = golden.Input("student").requires_grad_();
        labels ??= zeros(student.shape[..^1], ScalarType.Int64);
        return (student, LogitRows.Select(student, golden.Input("teacher"), labels, golden.OptionalInput("mask"), Vocabulary.Same));
    }

    internal static void AssertLossAndGradient(GoldenCase golden, Tensor loss, Tensor student)
    {
        loss.backward();
        golden.AssertLoss("loss", loss);
        golden.AssertClose("grad_student", student.grad!, golden.Tolerance("grad_abs"), golden.Tolerance("grad_rel"));
    }

    private static bool IsMean(GoldenCase golden, string family, string function, string[] inputs, string[] parameters) =>
        golden.IsOf(family)
        && golden.Function == function
        && inputs.ToHashSet().SetEquals(golden.Inputs)
        && parameters.ToHashSet().SetEquals(golden.Parameters.Except(["reduction"]))
        && golden.Text("reduction") is null or "batchmean";
}
