using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl.Tests;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class KeyValueCacheTests : IDisposable
{
    private readonly TinyDecoder model = new();
    private readonly Generator generator = new(3);
    private readonly DisposeScope scope = NewDisposeScope();
    private readonly IDisposable gradientsOff = no_grad();

    public KeyValueCacheTests() => model.eval();

    public void Dispose()
    {
        gradientsOff.Dispose();
        scope.Dispose();
        generator.Dispose();
        model.Dispose();
    }

    [Theory]
    [InlineData(5, 1, 1, 1)]
    [InlineData(1, 1, 1, 5)]
    [InlineData(3, 2, 1, 2)]
    public void Tokens_in_parts_give_the_logits_of_the_whole(params int[] parts)
    {
        var tokens = Tokens(2, 8);
        using var cache = new KeyValueCache(2, 8);
        var logits = cat([.. tokens.split(parts.Select(static part => (long)part).ToArray(), 1).Select(part => cache.Read(model, part))], 1);
        AssertClose(model.call(tokens), logits);
        Assert.Equal([8, 8], cache.Lengths);
    }

    [Fact]
    public void Rows_of_different_lengths_give_the_logits_that_each_has_alone()
    {
        var tokens = Tokens(3, 9);
        using var cache = new KeyValueCache(3, 9);
        var (first, second) = (new[] { 2, 5, 1 }, new[] { 1, 3, 2 });
        cache.Read(model, tokens.narrow(1, 0, 5), first);
        var next = stack([.. first.Select((from, row) => tokens[row].narrow(0, from, 3))]);
        var logits = cache.Read(model, next, second);
        Assert.Equal([3, 8, 3], cache.Lengths);
        for (var row = 0; row < 3; row++)
        {
            var alone = model.call(tokens.narrow(0, row, 1).narrow(1, 0, first[row] + second[row]));
            AssertClose(alone[0].narrow(0, first[row], second[row]), logits[row].narrow(0, 0, second[row]));
        }
    }

    [Fact]
    public void Reordered_rows_go_on_from_those_that_they_come_from()
    {
        var tokens = Tokens(3, 4);
        var next = Tokens(5, 1);
        using var cache = new KeyValueCache(3, 6);
        cache.Read(model, tokens, [4, 2, 3]);
        long[] from = [2, 0, 2, 1, 0];
        cache.Reorder(from);
        Assert.Equal([3, 4, 3, 2, 4], cache.Lengths);
        var logits = cache.Read(model, next);
        for (var row = 0; row < 5; row++)
        {
            var before = tokens.narrow(0, from[row], 1).narrow(1, 0, cache.Lengths[row] - 1);
            AssertClose(model.call(cat([before, next.narrow(0, row, 1)], 1))[0, -1], logits[row, -1]);
        }

        cache.Reorder([4, 3, 2, 1, 0]);
        Assert.Equal([5, 3, 4, 5, 4], cache.Lengths);
    }

    [Fact]
    public void Rewound_cache_goes_on_from_there()
    {
        var tokens = Tokens(1, 6);
        using var cache = new KeyValueCache(1, 6);
        cache.Read(model, Tokens(1, 5));
        cache.Rewind(0);
        cache.Read(model, tokens.narrow(1, 0, 5));
        cache.Read(model, Tokens(1, 1));
        cache.Rewind(5);
        AssertClose(model.call(tokens)[0, -1], cache.Read(model, tokens.narrow(1, 5, 1))[0, -1]);
    }

    [Fact]
    public void Cache_follows_the_type_of_the_keys()
    {
        model.to(ScalarType.Float64);
        var tokens = Tokens(1, 4);
        using var cache = new KeyValueCache(1, 4);
        cache.Read(model, tokens.narrow(1, 0, 3));
        var logits = cache.Read(model, tokens.narrow(1, 3, 1));
        Assert.Equal(ScalarType.Float64, logits.dtype);
        AssertClose(model.call(tokens)[0, -1], logits[0, -1], 1e-12);
        cache.Rewind(3);
        model.to(ScalarType.Float32);
        Assert.Contains("was Float64", Assert.Throws<InvalidOperationException>(() => cache.Read(model, tokens.narrow(1, 3, 1))).Message);
    }

    [Fact]
    public void Outside_of_a_reading_the_model_stands_alone()
    {
        using var cache = new KeyValueCache(1, 4);
        cache.Read(model, Tokens(1, 2));
        Assert.All(model.modules().OfType<ICachedModule>(), static module => Assert.Null(module.Cache));
        Assert.Throws<InvalidOperationException>(() => cache.Positions);
        Assert.Throws<InvalidOperationException>(() => model.Decode(Tokens(1, 1), cache));
        Assert.Equal([2], cache.Lengths);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var cache = new KeyValueCache(2, 4);
        Assert.Contains("[2, at least 1]", Assert.Throws<ArgumentException>(() => cache.Read(model, Tokens(3, 1))).Message);
        Assert.Contains("each in [1, 2]", Assert.Throws<ArgumentException>(() => cache.Read(model, Tokens(2, 2), [1, 3])).Message);
        Assert.Contains("capacity of 4", Assert.Throws<InvalidOperationException>(() => cache.Read(model, Tokens(2, 5))).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Reorder([0, 2]));
        Assert.Throws<ArgumentException>(() => cache.Reorder([]));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Rewind(1));
        Assert.Throws<ArgumentOutOfRangeException>(static () => new KeyValueCache(0, 1));
        using (enable_grad())
        {
            Assert.Contains("no_grad", Assert.Throws<InvalidOperationException>(() => cache.Read(model, Tokens(2, 1))).Message);
        }
    }

    [Fact]
    public void Model_that_does_not_use_the_cache_is_found_out()
    {
        using var deaf = new Deaf(model);
        using var cache = new KeyValueCache(1, 4);
        Assert.Contains("'Deaf' read tokens, and 0 modules", Assert.Throws<InvalidOperationException>(() => cache.Read(deaf, Tokens(1, 2))).Message);
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        var tokens = Tokens(2, 3);
        var before = LivingTensors.Count();
        using (var cache = new KeyValueCache(2, 8))
        {
            using (NewDisposeScope())
            {
                cache.Read(model, tokens, [3, 2]);
                cache.Reorder([1, 0, 1]);
                cache.Reorder([1, 0]);
            }

            Assert.Equal(before + 4, LivingTensors.Count());
        }

        Assert.Equal(before, LivingTensors.Count());
    }

    private Tensor Tokens(int rows, int length) => randint(0, 11, [rows, length], ScalarType.Int64, generator: generator);

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance = 1e-4)
    {
        Assert.Equal(expected.shape, actual.shape);
        Assert.InRange((expected - actual).abs().max().ToDouble(), 0, tolerance);
    }

    private sealed class Deaf(TinyDecoder inner) : Module<Tensor, Tensor>(nameof(Deaf)), ICausalDecoder
    {
        public override Tensor forward(Tensor tokens) => inner.call(tokens);

        public Tensor Decode(Tensor tokens, KeyValueCache cache) => call(tokens);
    }
}
