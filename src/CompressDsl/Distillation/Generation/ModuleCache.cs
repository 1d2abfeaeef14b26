using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>The part of a <see cref="KeyValueCache"/> that belongs to one module; it belongs to the cache.</summary>
public sealed class ModuleCache
{
    private readonly KeyValueCache owner;
    private readonly Module module;

    // Both [batch, key/value heads, capacity, head size].
    private (Tensor Keys, Tensor Values)? room;
    private CacheStep? written;

    internal ModuleCache(KeyValueCache owner, Module module) => (this.owner, this.module) = (owner, module);

    /// <inheritdoc cref="KeyValueCache.Positions"/>
    public Tensor Positions => owner.Positions;

    /// <inheritdoc cref="KeyValueCache.Mask"/>
    public Tensor Mask => owner.Mask;

    internal bool HoldsKeys => room is not null;

    internal bool IsWritten => written is not null && ReferenceEquals(written, owner.Step);

    /// <inheritdoc cref="KeyValueCache.Once"/>
    public Tensor Once(string name, Func<Tensor> make) => owner.Once(name, make);

    /// <summary>
    /// Attention (softmax(q k' / sqrt(head size)) v) of the tokens that are being read over all that came before and themselves, causally; their keys and values
    /// stay here. Query heads may be a multiple of the key/value heads: each of those then serves so many query heads that follow one another.
    /// </summary>
    /// <param name="query">[batch, heads, n, head size].</param>
    /// <param name="key">[batch, key/value heads, n, head size].</param>
    /// <param name="value">As <paramref name="key"/>.</param>
    /// <returns>[batch, heads, n, head size].</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Append"/>.</exception>
    public Tensor Attend(Tensor query, Tensor key, Tensor value)
    {
        var (keys, values) = Append(key, value);
        var step = owner.Step;
        var (heads, shared) = (query.shape[1], key.shape[1]);
        if (heads % shared != 0)
        {
            throw new ArgumentException($"There are {heads} query heads for {shared} key/value heads; they must be a multiple of them.", nameof(query));
        }

        if (step.Count > 1)
        {
            return step.IsFirst
                ? functional.scaled_dot_product_attention(query, ForEachQuery(key), ForEachQuery(value), is_casual: true)
                : functional.scaled_dot_product_attention(query, ForEachQuery(keys), ForEachQuery(values), Mask);
        }

        // The queries that share a key stand in the place of positions: they see the same, and no key need be repeated.
        var groups = query.reshape(query.shape[0], shared, heads / shared, query.shape[3]);
        return functional.scaled_dot_product_attention(groups, keys, values, step.IsEven ? null : Mask).reshape(query.shape);

        Tensor ForEachQuery(Tensor x) => heads == shared ? x : x.repeat_interleave(heads / shared, dim: 1);
    }

    /// <summary>Puts keys and values to those that are there, for attention of another kind than <see cref="Attend"/>.</summary>
    /// <param name="key">[batch, key/value heads, n, head size].</param>
    /// <param name="value">The same, but for the head size, which may be another.</param>
    /// <returns>Those of all places up to the last, [batch, key/value heads, places, head size]: views, valid until the next reading. What each token sees of
    /// them is <see cref="Mask"/>.</returns>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    /// <exception cref="InvalidOperationException">Nothing is being read, type or device have changed, or the module was called twice in one reading.</exception>
    public (Tensor Keys, Tensor Values) Append(Tensor key, Tensor value)
    {
        var step = owner.Step;
        Check(key, step, nameof(key));
        Check(value, step, nameof(value));
        if (ReferenceEquals(written, step))
        {
            throw Cannot("it was called twice in one reading; a module that is used in two places needs a cache for each");
        }

        var (keys, values) = room ??= (Room(key), Room(value));
        Write(keys, key, step);
        Write(values, value, step);
        written = step;
        return (keys.narrow(2, 0, step.Places), values.narrow(2, 0, step.Places));
    }

    internal void Reorder(long[] rows, int used)
    {
        if (room is not var (keys, values))
        {
            return;
        }

        using var scope = NewDisposeScope();
        using var fixedValues = no_grad();
        var chosen = tensor(rows, ScalarType.Int64, keys.device);
        room = (Chosen(keys), Chosen(values));

        Tensor Chosen(Tensor all)
        {
            var some = all.narrow(2, 0, used).index_select(0, chosen);
            if (rows.Length == all.shape[0])
            {
                all.narrow(2, 0, used).copy_(some);
                return all;
            }

            var other = zeros([rows.Length, .. all.shape[1..]], all.dtype, all.device);
            other.narrow(2, 0, used).copy_(some);
            all.Dispose();
            return other.DetachFromDisposeScope();
        }
    }

    internal void Release()
    {
        room?.Keys.Dispose();
        room?.Values.Dispose();
        room = null;
    }

    // Zeros: a place that is hidden has weight 0, and 0 * NaN of memory as it comes would be NaN.
    private Tensor Room(Tensor like) => zeros([owner.Batch, like.shape[1], owner.Capacity, like.shape[3]], like.dtype, like.device).DetachFromDisposeScope();

    private static void Write(Tensor all, Tensor some, CacheStep step)
    {
        if (step.IsEven)
        {
            all.narrow(2, step.Start, step.Count).copy_(some);
        }
        else
        {
            all.scatter_(2, step.Positions.unsqueeze(1).unsqueeze(-1).expand(some.shape), some);
        }
    }

    private void Check(Tensor x, CacheStep step, string name)
    {
        var wanted = room is null ? null : name == "key" ? room.Value.Keys : room.Value.Values;
        if (x.dim() != 4 || x.shape[0] != step.Rows || x.shape[2] != step.Count || (wanted is not null && (x.shape[1] != wanted.shape[1] || x.shape[3] != wanted.shape[3])))
        {
            throw new ArgumentException(
                $"The {name} is [{string.Join(", ", x.shape)}]; it must be [{step.Rows}, {wanted?.shape[1].ToString() ?? "heads"}, {step.Count}, {wanted?.shape[3].ToString() ?? "head size"}].", name);
        }

        if (wanted is not null && (x.dtype != wanted.dtype || x.device_type != wanted.device_type || x.device_index != wanted.device_index))
        {
            throw Cannot($"its {name} is {x.dtype} on {x.device}, and was {wanted.dtype} on {wanted.device} before");
        }
    }

    private InvalidOperationException Cannot(string why) => new($"'{module.GetName()}' cannot go on from the cache: {why}.");
}
