using CompressDsl.CodeFixes;

namespace CompressDsl.Analyzers.Tests;

public class KlTargetMustBeLogTests
{
    private const string Id = "CDSL5014";

    [Theory]
    [InlineData("return [|functional.kl_div(logS, t.softmax(-1), reduction: Reduction.Sum)|];")]
    [InlineData("return [|functional.kl_div(logS, functional.softmax(t, -1), true, Reduction.Sum)|];")]
    [InlineData("return [|functional.kl_div(target: torch.softmax(t, -1).detach(), input: logS, reduction: Reduction.Sum)|];")]
    [InlineData("return [|functional.kl_div(logS, special.softmax(t, -1).to(float32), reduction: Reduction.None)|];")]
    [InlineData("var p = (t / 2).softmax(-1); return [|functional.kl_div(logS, p, reduction: Reduction.Sum)|];")]
    [InlineData("return [|functional.kl_div(logS, t.log_softmax(-1).exp(), reduction: Reduction.Sum)|];")]
    [InlineData("return [|functional.kl_div(logS, Softmax(-1).call(t), reduction: Reduction.Sum)|];")]
    [InlineData("return [|KLDivLoss(reduction: Reduction.Sum).call(logS, t.softmax(-1))|];")]
    [InlineData("using var loss = KLDivLoss(true, Reduction.Sum); return [|loss.call(logS, t.softmax(-1))|];")]
    public async Task Probabilities_in_place_of_logarithms_are_reported_on_the_call(string body)
    {
        var found = await Verify.ReportsAsync(Id, Source(body));
        Assert.Contains("takes its target for logarithms here", found[0].Message());
    }

    [Theory]
    [InlineData("return functional.kl_div(logS, t.log_softmax(-1), reduction: Reduction.Sum);")]
    [InlineData("return functional.kl_div(logS, t.softmax(-1), log_target: false, Reduction.Sum);")]
    [InlineData("return functional.kl_div(logS, t.softmax(-1), isLog, Reduction.Sum);")]
    [InlineData("return functional.kl_div(logS, t.softmax(-1).log(), reduction: Reduction.Sum);")]
    [InlineData("return functional.kl_div(logS, t, reduction: Reduction.Sum);")]
    [InlineData("var p = t.softmax(-1); p = p.log(); return functional.kl_div(logS, p, reduction: Reduction.Sum);")]
    [InlineData("return KLDivLoss(false, Reduction.Sum).call(logS, t.softmax(-1));")]
    [InlineData("return given.call(logS, t.softmax(-1));")]
    public Task Logarithms_and_what_may_be_anything_are_quiet(string body) => Verify.IsQuietAsync(Source(body));

    [Theory]
    [InlineData("functional.kl_div(logS, t.softmax(-1), reduction: Reduction.Sum)", "functional.kl_div(logS, t.softmax(-1), reduction: Reduction.Sum, log_target: false)")]
    [InlineData("functional.kl_div(logS, t.softmax(-1), true, Reduction.Sum)", "functional.kl_div(logS, t.softmax(-1), false, Reduction.Sum)")]
    [InlineData("functional.kl_div(logS, t.softmax(-1), reduction: Reduction.Sum, log_target: true)", "functional.kl_div(logS, t.softmax(-1), reduction: Reduction.Sum, log_target: false)")]
    [InlineData("KLDivLoss().call(logS, t.softmax(-1))", "KLDivLoss(log_target: false).call(logS, t.softmax(-1))")]
    public Task Fix_says_that_the_target_is_no_logarithm(string call, string expected)
        => new VerifyFix(Id, new SayTargetIsNoLog()).ChangesAsync(Source($"return {call};"), Source($"return {expected};"));

    [Fact]
    public Task Fix_changes_a_loss_that_several_calls_use_once()
        => new VerifyFix(Id, new SayTargetIsNoLog()).ChangesAllAsync(
            [Source("using var loss = KLDivLoss(); return loss.call(logS, t.softmax(-1)) + loss.call(t, logS.softmax(-1));")],
            [Source("using var loss = KLDivLoss(log_target: false); return loss.call(logS, t.softmax(-1)) + loss.call(t, logS.softmax(-1));")]);

    private static string Source(string body) => $$"""
        public static class Loss
        {
            public static Tensor Soft(Tensor logS, Tensor t, bool isLog, KLDivLoss given) { {{body}} }
        }
        """;
}
