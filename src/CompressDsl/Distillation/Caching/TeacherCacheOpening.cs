namespace CompressDsl;

/// <summary>What was found when a cache was opened.</summary>
/// <param name="Sequences">How many sequences it has.</param>
/// <param name="Bytes">How many bytes their records take.</param>
/// <param name="TornBytes">
/// How many bytes at the end of its files belong to no whole record: what a process was writing when it was killed. Opened for writing, they are cut
/// off; opened for reading, passed over.
/// </param>
/// <param name="Damaged">How many records were passed over because their content is not what was written.</param>
public sealed record TeacherCacheOpening(long Sequences, long Bytes, long TornBytes, int Damaged)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Sequences} sequences, {Bytes} bytes" +
        (TornBytes > 0 ? $"; a record that was never finished was left out ({TornBytes} bytes)" : "") +
        (Damaged > 0 ? $"; {Damaged} damaged records were left out" : "");
}
