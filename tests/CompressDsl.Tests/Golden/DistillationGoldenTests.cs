using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>Our terms against what published implementations make of the same logits: values and gradients.</summary>
public sealed class DistillationGoldenTests
{
    [Theory]
    [MemberData(nameof(Cases), "kd_hinton", "")]
    public void Hinton_loss_agrees(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(name);
        var (alpha, t) = (golden.Parameter("alpha"), golden.Parameter("temperature"));
        var (student, rows) = Select(golden, golden.Input("labels"));

        var hard = rows.CrossEntropy();
        var kl = ForwardKl.Mean(rows, t);
        golden.AssertClose("ce", hard, "loss");
        golden.AssertClose("kl", kl, "loss");
        AssertLoss(golden, ((1 - alpha) * hard) + (alpha * t * t * kl), student);
    }

    [Theory]
    [MemberData(nameof(Cases), "kd_torchdistill", "td_KDLoss_")]
    public void Torchdistill_loss_agrees(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(name);
        // There, alpha weighs the hard term.
        var (hard, t) = (golden.Parameter("alpha"), golden.Parameter("temperature"));
        var (student, rows) = Select(golden, golden.Input("targets"));
        AssertLoss(golden, (hard * rows.CrossEntropy()) + ((1 - hard) * t * t * ForwardKl.Mean(rows, t)), student);
    }

    [Theory]
    [MemberData(nameof(Cases), "kd_trl", "gkd_")]
    public void Trl_generalised_Jensen_Shannon_agrees(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(name);
        var (beta, t) = (golden.Parameter("beta"), golden.Parameter("temperature"));
        var (student, rows) = Select(golden, golden.Input("labels"));
        var loss = beta switch
        {
            0 => ForwardKl.Mean(rows, t),
            1 => ReverseKl.Mean(rows, t),
            _ => JensenShannon.Mean(rows, t, beta),
        };
        AssertLoss(golden, loss, student);
    }

    [Theory]
    [MemberData(nameof(Cases), "kd_trl", "minillm_ss_")]
    public void Trl_MiniLlm_single_step_agrees(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(name);
        var (student, rows) = Select(golden, null);
        AssertLoss(golden, ReverseKl.Mean(rows, golden.Parameter("kd_temperature")), student);
    }

    [Theory]
    [MemberData(nameof(Cases), "kd_distillkit", "")]
    public void DistillKit_dense_losses_agree(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(name);
        var t = golden.Parameter("temperature");
        var (student, rows) = Select(golden, null);
        var loss = name.Split('_')[1] switch
        {
            "kl" => ForwardKl.Mean(rows, t),
            "jsd" => JensenShannon.Mean(rows, t, 0.5),
            "tvd" => TotalVariation.Mean(rows, t),
            var other => throw new InvalidOperationException($"There is no loss '{other}'."),
        };
        AssertLoss(golden, t * t * loss, student);
    }

    [Theory]
    [MemberData(nameof(Cases), "kd_textbrewer", "tb_kd_mse_loss_")]
    public void TextBrewer_mean_squared_logits_agree(string name)
    {
        using var scope = NewDisposeScope();
        var golden = GoldenCase.Load(name);
        var (student, rows) = Select(golden, null);
        AssertLoss(golden, MeanSquaredLogits.Mean(rows, golden.Parameter("temperature")), student);
    }

    public static TheoryData<string> Cases(string family, string prefix) => GoldenCase.Of(family, prefix);

    private static (Tensor Student, LogitRows Rows) Select(GoldenCase golden, Tensor? labels)
    {
        var student = golden.Input("student").requires_grad_();
        labels ??= zeros(student.shape[..^1], ScalarType.Int64);
        return (student, LogitRows.Select(student, golden.Input("teacher"), labels, golden.OptionalInput("mask"), Vocabulary.Same));
    }

    private static void AssertLoss(GoldenCase golden, Tensor loss, Tensor student)
    {
        loss.backward();
        golden.AssertClose("loss", loss, "loss");
        golden.AssertClose("grad_student", student.grad!, "grad");
    }
}
