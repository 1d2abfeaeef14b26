namespace CompressDsl;

/// <summary>One batch after the other, from the start again when they are through.</summary>
/// <param name="batches">The batches.</param>
/// <param name="remembers">Whether torch's generator is looked at when a pass begins, which <see cref="Skip"/> needs.</param>
internal sealed class Epochs<TBatch>(IEnumerable<TBatch> batches, bool remembers = false) : IDisposable
{
    private IEnumerator<TBatch> _enumerator = batches.GetEnumerator();
    private BatchPosition _position = new(0, 0, 0);
    private (long Pass, byte[] Random)? _resumed;
    private bool _isPeeked;

    /// <summary>How far they have been read.</summary>
    public BatchPosition Position => _position;

    /// <summary>The state of torch's generator when this pass began: an order that is drawn with it can be drawn again. Empty where nobody remembers.</summary>
    public byte[] PassRandom { get; private set; } = remembers ? RandomState.Get() : [];

    /// <summary>The batch that <see cref="Next"/> will give.</summary>
    public TBatch Peek()
    {
        if (!_isPeeked)
        {
            Advance();
            _isPeeked = true;
        }

        return _enumerator.Current;
    }

    /// <summary>The next batch.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public TBatch Next()
    {
        var batch = Peek();
        _isPeeked = false;
        _position = _position with { Given = _position.Given + 1, InPass = _position.InPass + 1 };
        return batch;
    }

    /// <summary>Goes on to where an earlier training was. What a sequence draws from torch's generator, it draws again.</summary>
    /// <param name="to">Where that was.</param>
    /// <param name="passRandom">Its <see cref="PassRandom"/>.</param>
    /// <exception cref="InvalidOperationException">The batches are not those of the earlier training.</exception>
    public void Skip(BatchPosition to, byte[] passRandom)
    {
        if (batches is IResumableBatches<TBatch> resumable)
        {
            _enumerator.Dispose();
            _enumerator = resumable.GetEnumerator(to.Pass, to.InPass);
            (_position, PassRandom, _isPeeked) = (to, passRandom, false);
            return;
        }

        _resumed = (to.Pass, passRandom);
        while (_position.Given < to.Given)
        {
            Next();
        }

        _resumed = null;
        if (_position != to)
        {
            throw new InvalidOperationException(
                $"After {to.Given} batches the stopped training was at batch {to.InPass} of pass {to.Pass + 1} through them, this one is at batch {_position.InPass} of pass "
                + $"{_position.Pass + 1}: the sequence must give the same batches as before.");
        }
    }

    public void Dispose() => _enumerator.Dispose();

    private void Advance()
    {
        if (_enumerator.MoveNext())
        {
            return;
        }

        _enumerator.Dispose();
        _position = _position with { Pass = _position.Pass + 1, InPass = 0 };
        if (_resumed is { } resumed && resumed.Pass == _position.Pass)
        {
            RandomState.Set(resumed.Random);
        }

        PassRandom = remembers ? RandomState.Get() : [];
        _enumerator = batches.GetEnumerator();
        if (!_enumerator.MoveNext())
        {
            throw new ArgumentException(_position.Given == 0
                ? "There is no batch to learn from: the sequence is empty."
                : $"The batches ran out after {_position.Given}, and their sequence gives none when read again: give a list, or enough for all steps.");
        }
    }
}
