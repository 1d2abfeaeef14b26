using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Writes rows token by token, greedily or drawn; a row that has ended is not computed any more.</summary>
internal sealed class RowWriter(GenerationOptions options, NextLogits next, Action<int, int> told)
{
    public IReadOnlyList<WrittenRow> Write(IReadOnlyList<WrittenRow> rows)
    {
        var going = rows;
        for (var step = 0; step < options.MaxNewTokens && going.Count > 0; step++)
        {
            told(step, going.Count);
            using var scope = NewDisposeScope();
            var logits = next.After(going);
            options.CheckVocabulary(logits.shape[1]);
            var (tokens, logProbabilities) = options.Decoding is SampledDecoding sampling
                ? TokenPicker.Draw(logits, sampling, [.. going.Select(row => UnitRandom.At(options.Seed, row.Stream, row.Written))])
                : TokenPicker.Likeliest(logits);

            for (var i = 0; i < going.Count; i++)
            {
                going[i].Add(tokens[i], logProbabilities[i], options.EndOfText.Contains(tokens[i]));
            }

            long[] staying = [.. Enumerable.Range(0, going.Count).Where(i => !going[i].IsEnded).Select(static i => (long)i)];
            if (staying.Length < going.Count && staying.Length > 0)
            {
                next.Reorder(staying);
            }

            going = [.. going.Where(static row => !row.IsEnded)];
        }

        return rows;
    }
}
