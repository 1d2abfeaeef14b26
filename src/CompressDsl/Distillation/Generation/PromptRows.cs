using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Prompts as lists of tokens.</summary>
internal static class PromptRows
{
    /// <param name="tokens">[batch, length], int64 or int32.</param>
    /// <param name="mask">[batch, length]; 0 or false is padding, at either end of a row.</param>
    public static IReadOnlyList<IReadOnlyList<long>> Of(Tensor tokens, Tensor? mask)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        if (tokens.dim() != 2 || tokens.dtype is not (ScalarType.Int64 or ScalarType.Int32))
        {
            throw new ArgumentException($"The prompts are {tokens.dtype} [{string.Join(", ", tokens.shape)}]; they must be Int64 or Int32 [batch, length].", nameof(tokens));
        }

        if (mask is not null && !mask.shape.AsSpan().SequenceEqual(tokens.shape))
        {
            throw new ArgumentException($"The mask is [{string.Join(", ", mask.shape)}]; it must have the shape of the prompts, [{string.Join(", ", tokens.shape)}].", nameof(mask));
        }

        using var scope = NewDisposeScope();
        var values = tokens.to(ScalarType.Int64).cpu().contiguous().data<long>().ToArray();
        var counts = mask?.ne(0).cpu().contiguous().data<bool>().ToArray();
        var length = (int)tokens.shape[1];
        return [.. Enumerable.Range(0, (int)tokens.shape[0]).Select(row => Row(values.AsSpan(row * length, length), counts is null ? default : counts.AsSpan(row * length, length), row))];
    }

    public static void Check(IReadOnlyList<IReadOnlyList<long>> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (prompts.Count == 0)
        {
            throw new ArgumentException("There is no prompt; at least one is needed.", nameof(prompts));
        }

        for (var row = 0; row < prompts.Count; row++)
        {
            if (prompts[row].Count == 0 || prompts[row].Any(static token => token < 0))
            {
                throw new ArgumentException($"Prompt {row} is [{string.Join(", ", prompts[row])}]; a prompt needs at least one token, and none below 0.", nameof(prompts));
            }
        }
    }

    private static long[] Row(ReadOnlySpan<long> tokens, ReadOnlySpan<bool> counts, int row)
    {
        if (counts.IsEmpty)
        {
            return tokens.ToArray();
        }

        var (first, last) = (counts.IndexOf(true), counts.LastIndexOf(true));
        return first >= 0 && !counts[first..last].Contains(false)
            ? tokens[first..(last + 1)].ToArray()
            : throw new ArgumentException(
                first < 0 ? $"The mask leaves nothing of prompt {row}." : $"The mask of prompt {row} has a hole; padding must be at the left or at the right.", "mask");
    }
}
