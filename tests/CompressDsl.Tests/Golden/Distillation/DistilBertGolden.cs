using CompressDsl.Compatibility;

namespace CompressDsl.Tests;

/// <summary>DistilBERT.</summary>
internal static class DistilBertGolden
{
    public static void Check(GoldenCase golden)
    {
        var given = new LossCase(golden);
        var loss = DistilBert.Compute(
            given.Input("student_logits"), given.Input("teacher_logits"), given.Input("student_hidden"), given.Input("teacher_hidden"),
            given.Input("attention_mask"), given.Input("labels"),
            given.Number("temperature"), given.Number("alpha_ce"), given.Number("alpha_mlm"), given.Number("alpha_cos"), given.Text("kl_tokens", "") switch
            {
                "all tokens with attention_mask 1" => false,
                "tokens with a label only" => true,
                var other => throw new NotSupportedException($"Nobody knows which tokens '{other}' are."),
            });
        given.AssertValue("loss_ce", loss.Soft);
        given.AssertValue("loss_mlm", loss.Masked);
        given.AssertValue("loss_cos", loss.Cosine);
        given.AssertLoss(loss.Total);
    }
}
