namespace CompressDsl;

/// <summary>One batch after the other, from the start again when they are through.</summary>
internal sealed class Epochs<TBatch>(IEnumerable<TBatch> batches) : IDisposable
{
    private IEnumerator<TBatch> _enumerator = batches.GetEnumerator();
    private long _given;

    public TBatch Next()
    {
        if (!_enumerator.MoveNext())
        {
            _enumerator.Dispose();
            _enumerator = batches.GetEnumerator();
            if (!_enumerator.MoveNext())
            {
                throw new ArgumentException(_given == 0
                    ? "There is no batch to learn from: the sequence is empty."
                    : $"The batches ran out after {_given}, and their sequence gives none when read again: give a list, or enough for all steps.");
            }
        }

        _given++;
        return _enumerator.Current;
    }

    public void Dispose() => _enumerator.Dispose();
}
