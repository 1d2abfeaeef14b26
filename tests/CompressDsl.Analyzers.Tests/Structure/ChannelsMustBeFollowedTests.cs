using static CompressDsl.Analyzers.Tests.StructureSources;

namespace CompressDsl.Analyzers.Tests;

/// <summary>CDSL3003.</summary>
public class ChannelsMustBeFollowedTests
{
    private const string Id = "CDSL3003";
    private const string PlainUp = "private readonly Linear up = Linear(64, 256);";

    [Theory]
    [InlineData("[|functional.softmax(up.call(x), -1)|]")]
    [InlineData("[|up.call(x).softmax(1)|]")]
    [InlineData("functional.relu([|up.call(x).log_softmax(-1)|])")]
    [InlineData("[|[|functional.softmax(up.call(x), -1)|].cumsum(-1)|]")]
    [InlineData("[|up.call(x).flip(-1)|]")]
    [InlineData("[|up.call(x).roll(1, -1)|]")]
    [InlineData("[|up.call(x).index_select(-1, torch.arange(256))|]")]
    [InlineData("[|up.call(x)[.., 3]|].unsqueeze(1) * up.call(x)")]
    [InlineData("[|functional.layer_norm(up.call(x), [256])|]")]
    [InlineData("up.call(x) - [|up.call(x).mean([-1L], keepdim: true)|]")]
    [InlineData("[|up.call(x).max(-1, keepdim: true)|].values + up.call(x)")]
    public Task Operation_over_the_channels_is_reported(string expression) => Verify.ReportsAsync(Id, Mlp($"=> down.call({expression});"));

    [Theory]
    [InlineData("[|activation(functional.relu(up.call(x)))|]")]
    [InlineData("functional.relu([|activation.Invoke(up.call(x))|])")]
    [InlineData("[|other.Run(up.call(x))|]")]
    [InlineData("functional.relu([|torch.fft.rfft(up.call(x))|].real)")]
    public Task Code_that_cannot_be_read_is_reported(string expression)
        => Verify.ReportsAsync(
            Id,
            Mlp(
                $"=> down.call({expression});",
                "private readonly Func<Tensor, Tensor> activation = static x => x; private readonly IOther other = null!; public interface IOther { Tensor Run(Tensor x); }"));

    [Theory]
    [InlineData("{ var h = up.call(x); if (training) { h = [|functional.softmax(h, -1)|]; } return down.call(h); }")]
    [InlineData("=> down.call(training ? [|functional.softmax(up.call(x), -1)|] : up.call(x));")]
    [InlineData("=> down.call(kind switch { 0 => up.call(x), _ => [|functional.softmax(up.call(x), -1)|] });")]
    [InlineData("{ var h = up.call(x); for (var i = 0; i < 3; i++) { h = [|functional.softmax(h, -1)|]; } return down.call(h); }")]
    [InlineData("{ var h = up.call(x); foreach (var layer in layers) { h = [|layer.call(h).softmax(-1)|]; } return down.call(h); }")]
    [InlineData("{ var h = up.call(x); [|while (Random.Shared.Next() > 1) { h = h / 2; }|] return down.call(h); }")]
    [InlineData("{ Tensor Mix(Tensor h) => [|functional.softmax(h, -1)|]; return down.call(Mix(up.call(x))); }")]
    [InlineData("{ Func<Tensor, Tensor> mix = h => [|functional.softmax(h, -1)|]; return down.call(mix(up.call(x))); }")]
    [InlineData("{ var layer = up; return down.call([|layer.call(x).softmax(-1)|]); }")]
    [InlineData("=> down.call([|mix.call(up.call(x))|]);")]
    public Task Ways_that_may_be_taken_and_functions_within_are_followed(string forward)
        => Verify.ReportsAsync(
            Id,
            Mlp(
                forward,
                "private readonly int kind; private readonly Softmax mix = Softmax(-1); private readonly ModuleList<Linear> layers = new(Linear(256, 256), Linear(256, 256));"));

    [Theory]
    [InlineData("Mix(up.call(x))", "private static Tensor Mix(Tensor h) => [|functional.softmax(h, -1)|];", "")]
    [InlineData("Mix(up, x)", "private static Tensor Mix(Linear layer, Tensor h) { h = layer.call(h); return [|h.softmax(-1)|]; }", "")]
    [InlineData("up.call(x).Mix()", "", "public static class Mixing { public static Tensor Mix(this Tensor h) => [|functional.softmax(h, -1)|]; }")]
    [InlineData(
        "mixer.call(up.call(x))",
        "private readonly Mixer mixer = new();",
        "public sealed class Mixer() : Module<Tensor, Tensor>(\"Mixer\") { public override Tensor forward(Tensor h) => [|functional.softmax(h, -1)|]; }")]
    public Task Operation_in_another_method_or_module_is_reported_there(string expression, string members, string other)
        => Verify.ReportsAsync(Id, Mlp($"=> down.call({expression});", members), other);

    [Theory]
    [InlineData("=> down.call(Cache is null ? up.call(x) : Cache.Attend(up.call(x), x, x));")]
    [InlineData("=> down.call(Cache != null ? Cache.Attend(up.call(x), x, x) : up.call(x));")]
    [InlineData("{ var h = up.call(x); if (Cache is { } cache) { h = cache.Attend(h, h, h); } return down.call(h); }")]
    [InlineData("{ var h = up.call(x); if (!(Cache is null)) { return down.call(Cache.Attend(h, h, h)); } return down.call(h); }")]
    [InlineData("{ var (h, g) = Cache is not null ? Cache.Append(up.call(x), up.call(x)) : (up.call(x), up.call(x)); return down.call(h * g); }")]
    public Task What_goes_on_from_a_cache_is_followed_as_without(string forward)
        => Verify.ReportsAsync(Id, Mlp(forward, "public ModuleCache? Cache { get; set; }"));

    [Fact]
    public Task Way_without_a_cache_is_followed()
        => Verify.ReportsAsync(Id, Mlp("=> down.call(Cache is null ? [|functional.softmax(up.call(x), -1)|] : Cache.Attend(up.call(x), x, x));", "public ModuleCache? Cache { get; set; }"));

    [Fact]
    public Task Block_of_a_list_is_judged_by_its_own_attribute()
        => Verify.ReportsAsync(
            Id,
            """
            public sealed partial class Model() : Module<Tensor, Tensor>("Model")
            {
                [KeepDense] private readonly Linear head = Linear(64, 10);
                private readonly ModuleList<Net> blocks = new(new Net(), new Net());

                public override Tensor forward(Tensor x)
                {
                    foreach (var block in blocks) { x = block.call(x); }

                    return head.call(functional.softmax(x, -1));
                }
            }
            """,
            Mlp("=> x + down.call([|up.call(x).softmax(-1)|]);"));

    [Fact]
    public Task Class_and_stream_are_followed_too()
        => Verify.ReportsAsync(
            Id,
            Mlp("=> down.call([|functional.softmax(up.call(x), -1)|]);", up: PlainUp, declaration: "[PruneChannels(0.5)] public sealed partial class Net"),
            """
            [PruneHidden(0.5)]
            public sealed partial class Model() : Module<Tensor, Tensor>("Model")
            {
                private readonly Linear first = Linear(64, 256), second = Linear(64, 256);
                private readonly Linear head = Linear(256, 4);

                public override Tensor forward(Tensor x) => head.call([|torch.fft.rfft(first.call(x) + second.call(x))|].real);
            }
            """);

    [Theory]
    [InlineData("[|functional.softmax(up.call(x), -1)|]", "goes through a softmax")]
    [InlineData("[|up.call(x).cumsum(-1)|]", "goes through 'cumsum'")]
    [InlineData("[|activation(up.call(x))|]", "goes into 'activation', which hides the channels")]
    [InlineData("up.call(x) - [|up.call(x).mean([-1L], keepdim: true)|]", "is averaged over")]
    [InlineData("[|up.call(x)[.., 3]|].unsqueeze(1) * up.call(x)", "has one of its elements picked")]
    public async Task Message_names_the_layer_and_says_what_happens_to_its_channels(string expression, string clause)
    {
        var found = await Verify.ReportsAsync(Id, Mlp($"=> down.call({expression});", "private readonly Func<Tensor, Tensor> activation = static x => x;"));

        Assert.Equal($"'up' cannot lose channels: what it puts out {clause}", found[0].Message());
    }

    [Theory]
    [InlineData("functional.gelu(up.call(x))")]
    [InlineData("functional.dropout(up.call(x), 0.1, training)")]
    [InlineData("up.call(x).pow(2).clamp(0, 1) * 2")]
    [InlineData("up.call(x) * functional.sigmoid(gate.call(x))")]
    [InlineData("norm.call(up.call(x))")]
    [InlineData("up.call(x).to(ScalarType.BFloat16).detach().clone()")]
    [InlineData("up.call(x).unsqueeze(0).squeeze(0)")]
    [InlineData("up.call(x).T.T")]
    public Task Operation_on_single_elements_is_fine(string expression)
        => Verify.IsQuietAsync(Mlp($"=> down.call({expression});", "private readonly Linear gate = Linear(64, 256); private readonly LayerNorm norm = LayerNorm(256);"));

    [Theory]
    [InlineData("=> functional.softmax(down.call(up.call(x)), -1);")]
    [InlineData("=> down.call(up.call(functional.softmax(x, -1)));")]
    [InlineData("=> down.call(up.call(torch.fft.rfft(x).real));")]
    [InlineData("{ var h = up.call(x); Log(h); if (h.isnan().any().item<bool>()) { throw new InvalidOperationException(); } return down.call(h); }")]
    [InlineData("{ using var scope = NewDisposeScope(); var h = up.call(x).MoveToOuterDisposeScope(); return down.call(h).MoveToOuterDisposeScope(); }")]
    [InlineData("{ var (batch, length, width) = (x.shape[0], x.shape[1], x.shape[2]); return down.call(functional.softmax(up.call(x), 1)); }")]
    public Task What_happens_beside_the_channels_is_fine(string forward)
        => Verify.IsQuietAsync(Mlp(forward, "private static void Log(Tensor h) => Console.WriteLine(h.mean().item<float>());"));

    [Fact]
    public Task Softmax_over_the_positions_of_an_image_and_its_mean_are_fine()
        => Verify.IsQuietAsync(
            Mlp(
                "=> down.call((up.call(x) * functional.softmax(up.call(x), -1)).mean([2, 3]));",
                up: "[PruneChannels(0.5)] private readonly Conv2d up = Conv2d(3, 16, 3);",
                down: "private readonly Linear down = Linear(16, 3);"));

    [Theory]
    [InlineData("=> throw new NotImplementedException();", "")]
    [InlineData("=> down.call(child.call(up.call(x)));", "private readonly Module<Tensor, Tensor> child = ReLU();")]
    [InlineData("=> down.call(functional.softmax(up.call(x), dim));", "private readonly int dim; public Net(int dim) : base(nameof(Net)) => this.dim = dim;")]
    public Task What_only_the_program_knows_is_not_judged(string forward, string members) => Verify.IsQuietAsync(Mlp(forward, members));
}
