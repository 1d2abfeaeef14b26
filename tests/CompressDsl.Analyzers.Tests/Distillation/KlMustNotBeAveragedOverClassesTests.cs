namespace CompressDsl.Analyzers.Tests;

public class KlMustNotBeAveragedOverClassesTests
{
    private const string Id = "CDSL5015";

    [Theory]
    [InlineData("[|functional.kl_div(logS, logT)|]", "kl_div")]
    [InlineData("0.5 * [|functional.kl_div(logS, logT, true, Reduction.Mean)|]", "kl_div")]
    [InlineData("[|functional.kl_div(logS, logT, reduction: Reduction.Mean)|] * 4", "kl_div")]
    [InlineData("[|KLDivLoss()|].call(logS, logT)", "KLDivLoss")]
    [InlineData("[|torch.nn.KLDivLoss(false)|].call(logS, logT)", "KLDivLoss")]
    public async Task Mean_over_all_elements_is_reported_on_what_says_it(string expression, string name)
    {
        var found = await Verify.ReportsAsync(Id, Source(expression));
        Assert.StartsWith(name + " with Reduction.Mean", found[0].Message());
    }

    [Theory]
    [InlineData("functional.kl_div(logS, logT, reduction: Reduction.Sum) / logS.shape[0]")]
    [InlineData("functional.kl_div(logS, logT, true, Reduction.None).sum(-1).mean()")]
    [InlineData("functional.kl_div(logS, logT, reduction: chosen)")]
    [InlineData("KLDivLoss(reduction: Reduction.Sum).call(logS, logT)")]
    [InlineData("functional.mse_loss(logS, logT, Reduction.Mean)")]
    [InlineData("kl_div(logS)")]
    public Task Sum_and_other_losses_are_quiet(string expression) => Verify.IsQuietAsync(Source(expression));

    private static string Source(string expression) => $$"""
        public static class Loss
        {
            public static Tensor Soft(Tensor logS, Tensor logT, Reduction chosen) => {{expression}};

            private static Tensor kl_div(Tensor x) => x;
        }
        """;
}
