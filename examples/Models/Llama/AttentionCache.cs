using static TorchSharp.torch;

namespace Models;

/// <summary>The keys and values of what one <see cref="Attention"/> has seen, in memory for as many positions as there may be.</summary>
/// <param name="capacity">How many positions fit.</param>
internal sealed class AttentionCache(int capacity) : IDisposable
{
    // Both [batch, head, capacity, head size].
    private (Tensor Keys, Tensor Values)? room;

    // Both [capacity, 1, half of a head].
    private (Tensor Cos, Tensor Sin)? waves;

    /// <summary>How many positions it holds; less than before forgets the last ones.</summary>
    public int Length { get; set; }

    /// <summary>Turns heads as <paramref name="rotary"/> does, by the positions that come next: [batch, position, head, head size].</summary>
    public Tensor Turn(Tensor x, RotaryEmbedding rotary)
    {
        RequireRoom(x.shape[1]);
        waves ??= Own(rotary.Waves(capacity, x.dtype, x.device));
        return RotaryEmbedding.Turn(x, Next(waves.Value.Cos, x), Next(waves.Value.Sin, x));
    }

    /// <summary>Adds the keys and values of what comes next; both [batch, head, position, head size].</summary>
    /// <returns>Those of every position so far.</returns>
    /// <exception cref="InvalidOperationException">There is no room, another batch came before, or gradients are on.</exception>
    public (Tensor Keys, Tensor Values) Append(Tensor key, Tensor value)
    {
        if (is_grad_enabled())
        {
            throw Cannot("gradients are on, and do not reach what was seen before; call the model under no_grad");
        }

        var more = (int)key.shape[2];
        RequireRoom(more);
        var (keys, values) = RoomFor(key, value);
        keys.narrow(2, Length, more).copy_(key);
        values.narrow(2, Length, more).copy_(value);
        Length += more;
        return (keys.narrow(2, 0, Length), values.narrow(2, 0, Length));
    }

    public void Dispose()
    {
        Release(room);
        Release(waves);
        (room, waves) = (null, null);
    }

    private (Tensor Keys, Tensor Values) RoomFor(Tensor key, Tensor value)
    {
        if (Length == 0 && room?.Keys.shape[0] != key.shape[0])
        {
            Release(room);
            room = Own((Empty(key), Empty(value)));
        }

        return room!.Value.Keys.shape[0] == key.shape[0] ? room.Value : throw Cannot($"the batch is {key.shape[0]}, and was {room.Value.Keys.shape[0]} before");
    }

    private Tensor Empty(Tensor like) => empty([like.shape[0], like.shape[1], capacity, like.shape[3]], like.dtype, like.device);

    private static (Tensor First, Tensor Second) Own((Tensor First, Tensor Second) pair) => (pair.First.DetachFromDisposeScope(), pair.Second.DetachFromDisposeScope());

    private static void Release((Tensor First, Tensor Second)? pair)
    {
        pair?.First.Dispose();
        pair?.Second.Dispose();
    }

    private Tensor Next(Tensor wave, Tensor x) => wave.narrow(0, Length, x.shape[1]);

    private void RequireRoom(long more)
    {
        if (Length + more > capacity)
        {
            throw Cannot($"{Length} positions are there and {more} come; at most {capacity} fit");
        }
    }

    private static InvalidOperationException Cannot(string why) => new($"The attention cannot go on where it ended: {why}.");
}
