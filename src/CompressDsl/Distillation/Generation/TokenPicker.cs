using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Chooses tokens from logits [rows, vocabulary], the same way at every run: of equal ones the lowest number.</summary>
internal static class TokenPicker
{
    /// <summary>The likeliest token of each row.</summary>
    public static (long[] Tokens, double[] LogProbabilities) Likeliest(Tensor logits)
    {
        // Not argmax, which does not say which of several greatest it gives.
        var isGreatest = logits.eq(logits.amax([-1], keepdim: true));
        return Read(logits, LowestWhere(isGreatest).amin([-1], keepdim: true));
    }

    /// <summary>A token of each row, drawn.</summary>
    /// <param name="logits">[rows, vocabulary].</param>
    /// <param name="sampling">From what.</param>
    /// <param name="uniform">A random number in [0, 1) for each row.</param>
    public static (long[] Tokens, double[] LogProbabilities) Draw(Tensor logits, SampledDecoding sampling, double[] uniform)
    {
        // float64: the sums over a large vocabulary decide, and ten thousand roundings of float32 would be seen.
        var shares = (logits.to(ScalarType.Float64) / sampling.Temperature).softmax(-1);
        Tensor? order = null;
        if (sampling is not { TopK: null, TopP: null })
        {
            (shares, order) = shares.sort(-1, descending: true, stable: true);
            shares = shares.narrow(-1, 0, Math.Min(sampling.TopK ?? long.MaxValue, shares.shape[1]));
            if (sampling.TopP is { } most)
            {
                shares = shares / shares.sum(dim: -1, keepdim: true);
                shares = shares * (shares.cumsum(-1) - shares).lt(most);
            }
        }

        var sums = shares.cumsum(-1);
        var drawn = tensor(uniform, ScalarType.Float64, logits.device).unsqueeze(1) * sums.narrow(-1, sums.shape[1] - 1, 1);
        var chosen = sums.le(drawn).sum(dim: -1, keepdim: true).clamp(max: sums.shape[1] - 1);
        return Read(logits, order is null ? chosen : order.gather(-1, chosen));
    }

    /// <summary>The likeliest tokens of each row, from the likeliest on.</summary>
    /// <param name="logits">[rows, vocabulary].</param>
    /// <param name="count">How many, at most the vocabulary.</param>
    public static (long Token, double LogProbability)[][] Best(Tensor logits, int count)
    {
        var all = logits.log_softmax(-1);
        var (values, tokens) = all.topk(count);

        // Of those that are as likely as the last, topk takes some; the lowest are right.
        var last = values.narrow(-1, count - 1, 1);
        var (equal, _) = LowestWhere(all.eq(last)).topk(count, largest: false);
        var (ps, ids, ties) = (Doubles(values), Longs(tokens), Longs(equal));
        return [.. Enumerable.Range(0, (int)logits.shape[0]).Select(row =>
        {
            var from = row * count;
            Check(ps.AsSpan(from, count));
            var least = ps[from + count - 1];
            var above = Enumerable.Range(from, count).Where(i => ps[i] > least).Select(i => (Token: ids[i], LogProbability: ps[i]))
                .OrderByDescending(static one => one.LogProbability).ThenBy(static one => one.Token).ToArray();
            var rest = Enumerable.Range(from, count - above.Length).Select(i => (ties[i], least)).Order();
            return (ValueTuple<long, double>[])[.. above, .. rest];
        })];
    }

    /// <summary>Where the condition holds the number of the token, elsewhere one more than there is.</summary>
    private static Tensor LowestWhere(Tensor condition)
    {
        var vocabulary = condition.shape[1];
        return where(condition, arange(vocabulary, ScalarType.Int64, condition.device), full([1], vocabulary, ScalarType.Int64, condition.device));
    }

    private static (long[] Tokens, double[] LogProbabilities) Read(Tensor logits, Tensor tokens)
    {
        // NaN logits choose nothing, or anything: then this is NaN, whatever was chosen.
        var chosen = tokens.clamp(max: logits.shape[1] - 1);
        var values = Doubles(logits.log_softmax(-1).gather(-1, chosen));
        Check(values);
        return (Longs(chosen), values);
    }

    private static void Check(ReadOnlySpan<double> logProbabilities)
    {
        foreach (var value in logProbabilities)
        {
            if (double.IsNaN(value))
            {
                throw new InvalidOperationException("The model's logits are not finite: a token that follows them has no probability.");
            }
        }
    }

    private static double[] Doubles(Tensor x) => x.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();

    private static long[] Longs(Tensor x) => x.cpu().contiguous().data<long>().ToArray();
}
