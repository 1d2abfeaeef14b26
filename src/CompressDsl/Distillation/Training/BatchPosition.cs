namespace CompressDsl;

/// <summary>How far a sequence of batches has been read.</summary>
/// <param name="Given">How many batches were given.</param>
/// <param name="Pass">How many times the sequence was read to its end before.</param>
/// <param name="InPass">How many of them were of this pass.</param>
internal sealed record BatchPosition(long Given, long Pass, long InPass);
