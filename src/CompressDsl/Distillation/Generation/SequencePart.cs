namespace CompressDsl;

/// <summary>What came of one batch of prompts: a file of a <see cref="SequenceFolder"/>.</summary>
/// <param name="Fingerprint">Tells the teacher, the options and the prompts of the batch from others.</param>
/// <param name="Prompts">How many prompts there were.</param>
/// <param name="Kept">What is kept, in their order.</param>
/// <param name="Rejected">How many fell to each filter.</param>
/// <param name="TokensWritten">How many tokens were written.</param>
/// <param name="Seconds">For how long.</param>
/// <param name="Cached">Whether with a cache.</param>
internal sealed record SequencePart(
    string Fingerprint,
    int Prompts,
    IReadOnlyList<WrittenSequence> Kept,
    IReadOnlyDictionary<SequenceFilter, int> Rejected,
    long TokensWritten,
    double Seconds,
    bool Cached);
