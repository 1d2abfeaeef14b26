namespace CompressDsl.Analyzers.Tests;

public class TemperatureMustBeSquaredTests
{
    private const string Id = "CDSL5017";

    [Theory]
    [InlineData("return hard + [|functional.kl_div((s / T).log_softmax(-1), (t / T).softmax(-1), false, Reduction.Sum)|];")]
    [InlineData("return alpha * [|functional.kl_div((s / T).log_softmax(-1), (t / T).softmax(-1), false, Reduction.Sum)|] / s.shape[0] + (1 - alpha) * hard;")]
    [InlineData("var soft = [|functional.kl_div((s / T).log_softmax(-1), (t / T).log_softmax(-1), reduction: Reduction.Sum)|]; return hard.mul(1 - alpha).add(soft * alpha);")]
    [InlineData("var soft = [|functional.kl_div((s / T).log_softmax(-1), (t / T).log_softmax(-1), reduction: Reduction.Sum)|]; soft.backward(); return soft;")]
    [InlineData("return hard + [|functional.kl_div((s / 4).log_softmax(-1), (t / 4.0).softmax(-1), false, Reduction.Sum)|];")]
    [InlineData("return hard + [|functional.kl_div((s / Fixed).log_softmax(-1), (t / Fixed).softmax(-1), false, Reduction.Sum)|];")]
    [InlineData("return hard + [|functional.kl_div((s / held).log_softmax(-1), (t / held).softmax(-1), false, Reduction.None)|].sum(-1).mean();")]
    [InlineData("return hard + [|functional.kl_div(s.div(T).log_softmax(-1), t.div(T).softmax(-1), false, Reduction.Sum)|];")]
    [InlineData("var (scaledS, scaledT) = (s, t); var p = t / T; return hard + [|functional.kl_div((s / T).log_softmax(-1), p.softmax(-1), false, Reduction.Sum)|];")]
    public async Task Soft_term_without_the_square_is_reported_on_the_divergence(string body)
    {
        var found = await Verify.ReportsAsync(Id, Source(body));
        Assert.Contains("nothing multiplies it by the square", found[0].Message());
    }

    [Theory]
    [InlineData("return hard + T * T * functional.kl_div((s / T).log_softmax(-1), (t / T).softmax(-1), false, Reduction.Sum);")]
    [InlineData("return hard + Math.Pow(T, 2) * functional.kl_div((s / T).log_softmax(-1), (t / T).softmax(-1), false, Reduction.Sum);")]
    [InlineData("var soft = functional.kl_div((s / T).log_softmax(-1), (t / T).softmax(-1), false, Reduction.Sum); return hard + soft * (T * T);")]
    [InlineData("return hard + 16 * functional.kl_div((s / 4).log_softmax(-1), (t / 4).softmax(-1), false, Reduction.Sum);")]
    [InlineData("return hard + squared * functional.kl_div((s / T).log_softmax(-1), (t / T).softmax(-1), false, Reduction.Sum);")]
    [InlineData("return functional.kl_div((s / T).log_softmax(-1), (t / T).softmax(-1), false, Reduction.Sum);")]
    [InlineData("return hard + functional.kl_div((s / T).log_softmax(-1), (t / held).softmax(-1), false, Reduction.Sum);")]
    [InlineData("return hard + functional.kl_div((s / 1).log_softmax(-1), (t / 1).softmax(-1), false, Reduction.Sum);")]
    [InlineData("return hard + functional.kl_div(s.log_softmax(-1), t.softmax(-1), false, Reduction.Sum);")]
    [InlineData("return hard + functional.mse_loss(s / T, t / T);")]
    public Task Square_no_temperature_and_what_goes_out_alone_are_quiet(string body) => Verify.IsQuietAsync(Source(body));

    private static string Source(string body) => $$"""
        public class Loss
        {
            private const double Fixed = 3;
            private readonly double held = 2, squared = 4;

            public Tensor Total(Tensor s, Tensor t, Tensor hard, double T, double alpha) { {{body}} }
        }
        """;
}
