namespace CompressDsl;

/// <summary>
/// A token drawn from softmax(logits / Temperature), of which <see cref="TopK"/> and then <see cref="TopP"/> may leave a part. What is drawn depends on the seed, the
/// number of the row and the number of the token alone: not on what else is in the batch, nor on whether there is a cache.
/// </summary>
public sealed record SampledDecoding : Decoding
{
    /// <summary>What the logits are divided by, greater than 0; of its own, whatever T a loss has. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Only the so many likeliest tokens, at least 1 (of equally likely ones, the lower numbers); null: all.</summary>
    public int? TopK { get; init; }

    /// <summary>
    /// Only the fewest likeliest tokens whose probabilities add up to so much, in (0, 1]; null: all. Paper: Holtzman et al., arXiv 1904.09751.
    /// </summary>
    public double? TopP { get; init; }

    internal override void Check()
    {
        Require(double.IsFinite(Temperature) && Temperature > 0, nameof(Temperature), Temperature, "a finite number greater than 0 (Decoding.Greedy takes the likeliest)");
        Require(TopK is null or >= 1, nameof(TopK), TopK, "at least 1, or null for all tokens");
        Require(TopP is null or (> 0 and <= 1), nameof(TopP), TopP, "in (0, 1], or null for all tokens");
    }
}
