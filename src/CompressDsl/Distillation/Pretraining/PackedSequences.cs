using System.Collections;

namespace CompressDsl;

/// <summary>
/// Text to pre-train on: documents are read one after another, as a stream, set end to end with a separator behind each, and cut into rows without padding, as GPT-3
/// packs them (Brown et al., arXiv 2005.14165): a document may begin in one row and end in the next, and a row sees the documents before it in the row.
/// </summary>
/// <remarks>
/// What is in memory is one batch, one document and the shuffle buffer. Tokens that do not fill the last batch of a pass are left out of that pass; with a buffer these are others
/// in every pass. Every enumeration is the next pass; a training that goes on where it was stopped gets the pass and place where that was, and reads over the text before it.
/// </remarks>
public sealed class PackedSequences : IResumableBatches<PackedBatch>
{
    private const long ShuffleStream = -2;

    private readonly IEnumerable<IReadOnlyList<long>> _documents;
    private readonly PackingOptions _options;
    private long _nextPass;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="documents">The tokens of each document, read once in every pass; one without tokens adds nothing.</param>
    /// <param name="options">How to pack.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public PackedSequences(IEnumerable<IReadOnlyList<long>> documents, PackingOptions options)
    {
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        (_documents, _options) = (documents, options);
    }

    /// <inheritdoc/>
    public IEnumerator<PackedBatch> GetEnumerator() => GetEnumerator(_nextPass, 0);

    /// <inheritdoc/>
    public IEnumerator<PackedBatch> GetEnumerator(long pass, long given)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(pass);
        ArgumentOutOfRangeException.ThrowIfNegative(given);
        _nextPass = pass + 1;
        return Batches(pass, given).GetEnumerator();
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<PackedBatch> Batches(long pass, long given)
    {
        var batch = new long[_options.BatchSize * _options.Length];
        var filled = 0;
        foreach (var token in Tokens(pass))
        {
            batch[filled++] = token;
            if (filled < batch.Length)
            {
                continue;
            }

            filled = 0;
            if (given-- > 0)
            {
                continue;
            }

            yield return new(batch, _options.Length);
            batch = new long[batch.Length];
        }
    }

    private IEnumerable<long> Tokens(long pass)
    {
        foreach (var document in Shuffled(pass))
        {
            foreach (var token in document)
            {
                yield return token >= 0 ? token : throw new InvalidDataException($"A document has the token {token}; tokens are numbers from 0 on.");
            }

            yield return _options.Separator;
        }
    }

    // The one that is drawn makes room for the one that comes.
    private IEnumerable<IReadOnlyList<long>> Shuffled(long pass)
    {
        var buffer = new List<IReadOnlyList<long>>(_options.ShuffleBuffer);
        var seed = UnitRandom.Seed(_options.Seed, ShuffleStream, pass);
        var draws = 0L;
        foreach (var document in _documents.Where(static document => document.Count > 0))
        {
            if (_options.ShuffleBuffer == 0)
            {
                yield return document;
            }
            else if (buffer.Count < _options.ShuffleBuffer)
            {
                buffer.Add(document);
            }
            else
            {
                var drawn = Draw();
                var next = buffer[drawn];
                buffer[drawn] = document;
                yield return next;
            }
        }

        while (buffer.Count > 0)
        {
            var drawn = Draw();
            var next = buffer[drawn];
            buffer[drawn] = buffer[^1];
            buffer.RemoveAt(buffer.Count - 1);
            yield return next;
        }

        int Draw() => (int)(UnitRandom.At(seed, ShuffleStream, draws++) * buffer.Count);
    }
}
