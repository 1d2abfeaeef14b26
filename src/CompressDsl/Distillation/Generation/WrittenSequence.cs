namespace CompressDsl;

/// <summary>A prompt and what a teacher wrote after it.</summary>
/// <param name="Prompt">The tokens of the prompt, at least one.</param>
/// <param name="Written">The tokens that were written, at least one, with the one that ended it.</param>
/// <param name="MeanLogProbability">The mean of ln p over what was written, in nats a token, at temperature 1.</param>
/// <param name="Ended">Whether a token of <see cref="GenerationOptions.EndOfText"/> ended it.</param>
public sealed record WrittenSequence(IReadOnlyList<long> Prompt, IReadOnlyList<long> Written, double MeanLogProbability, bool Ended);
