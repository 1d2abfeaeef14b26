namespace CompressDsl;

/// <summary>
/// Batches that can be read from anywhere. Without it a resumed training reads all batches that were given before and throws them away, which is exact too, for every
/// sequence that gives the same batches again, but takes its time.
/// </summary>
/// <typeparam name="TBatch">The batches.</typeparam>
public interface IResumableBatches<out TBatch> : IEnumerable<TBatch>
{
    /// <summary>The batches from a position on: just those that would have come.</summary>
    /// <param name="pass">How many times the sequence has been read to its end, at least 0.</param>
    /// <param name="given">How many batches of this pass have been given, at least 0.</param>
    IEnumerator<TBatch> GetEnumerator(long pass, long given);
}
