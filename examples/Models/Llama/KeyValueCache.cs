namespace Models;

/// <summary>
/// What a <see cref="Llama"/> remembers between two calls, until it is disposed: keys and values of every position, so that the next token is all that is computed.
/// </summary>
public sealed class KeyValueCache : IDisposable
{
    private readonly IReadOnlyList<Attention> attentions;

    internal KeyValueCache(IReadOnlyList<Attention> attentions, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        if (attentions.Any(static attention => attention.Cache is not null))
        {
            throw new InvalidOperationException("The model remembers already; dispose of what its last Remember() gave first.");
        }

        (this.attentions, Capacity) = (attentions, capacity);
        foreach (var attention in attentions)
        {
            attention.Cache = new(capacity);
        }
    }

    /// <summary>How many positions fit.</summary>
    public int Capacity { get; }

    /// <summary>Forgets all positions from one on: the next call goes on there.</summary>
    /// <param name="length">How many stay, from 0 to as many as there are.</param>
    public void Rewind(int length)
    {
        foreach (var cache in attentions.Select(static attention => attention.Cache!))
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, cache.Length);
            cache.Length = length;
        }
    }

    /// <summary>From here on each call of the model stands alone again.</summary>
    public void Dispose()
    {
        foreach (var attention in attentions)
        {
            attention.Cache?.Dispose();
            attention.Cache = null;
        }
    }
}
