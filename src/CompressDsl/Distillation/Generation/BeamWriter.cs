using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Writes rows by beam search, the beams of all prompts in one batch.</summary>
internal sealed class BeamWriter(GenerationOptions options, BeamDecoding beams, NextLogits next, Action<int, int> told)
{
    public IReadOnlyList<WrittenRow> Write(IReadOnlyList<WrittenRow> rows)
    {
        BeamTree[] trees = [.. rows.Select(row => new BeamTree(row, beams, options))];
        for (var step = 0; trees.Any(static tree => tree.Going.Count > 0); step++)
        {
            WrittenRow[] going = [.. trees.SelectMany(static tree => tree.Going)];
            told(step, going.Length);
            using var scope = NewDisposeScope();
            var logits = next.After(going);
            options.CheckVocabulary(logits.shape[1]);

            // Each beam may give as many that end as there are tokens which end; behind them the others must be in sight.
            var count = (int)Math.Min(logits.shape[1], (long)beams.Width * (1 + options.EndOfText.Count));
            var best = TokenPicker.Best(logits, count);
            var parents = new List<long>();
            var first = 0;
            foreach (var tree in trees)
            {
                var size = tree.Going.Count;
                parents.AddRange(tree.Extend(best.AsSpan(first, size)).Select(from => (long)first + from));
                first += size;
            }

            if (parents.Count > 0)
            {
                next.Reorder([.. parents]);
            }
        }

        return [.. trees.Select(static tree => tree.Best)];
    }
}
