using System.Collections;

namespace CompressDsl;

/// <summary>The captures of the layers of a list, or of the one layer that is matched; they go together.</summary>
/// <typeparam name="TCapture">What is kept of each.</typeparam>
public sealed class CaptureList<TCapture> : IReadOnlyList<TCapture>, IDisposable
    where TCapture : IMatchCapture
{
    private readonly List<TCapture> _captures;

    internal CaptureList(List<TCapture> captures) => _captures = captures;

    /// <inheritdoc/>
    public int Count => _captures.Count;

    /// <summary>The places of its layers, which are the same for all.</summary>
    public long[] Places => _captures[0].Places;

    /// <inheritdoc/>
    public TCapture this[int index] => _captures[index];

    /// <inheritdoc/>
    public IEnumerator<TCapture> GetEnumerator() => _captures.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes every hook off and releases what was kept.</summary>
    public void Dispose() => _captures.ForEach(static capture => capture.Dispose());
}

/// <summary>Makes captures.</summary>
public static class CaptureList
{
    /// <summary>Captures every layer of a list.</summary>
    /// <param name="layers">The layers, at least one.</param>
    /// <param name="capture">Captures one.</param>
    /// <exception cref="ArgumentException">There is no layer.</exception>
    public static CaptureList<TCapture> OfEach<TLayer, TCapture>(IEnumerable<TLayer> layers, Func<TLayer, TCapture> capture)
        where TCapture : IMatchCapture
    {
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentNullException.ThrowIfNull(capture);
        var captures = new List<TCapture>();
        try
        {
            captures.AddRange(layers.Select(capture));
        }
        catch
        {
            captures.ForEach(static made => made.Dispose());
            throw;
        }

        return captures.Count > 0
            ? new CaptureList<TCapture>(captures)
            : throw new ArgumentException("A matched list has no layers: there is nothing to match.", nameof(layers));
    }

    /// <summary>The capture of one layer, as a list of one.</summary>
    /// <param name="capture">The capture.</param>
    public static CaptureList<TCapture> Of<TCapture>(TCapture capture)
        where TCapture : IMatchCapture => new([capture]);
}
