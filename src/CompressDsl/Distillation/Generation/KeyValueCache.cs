using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>
/// The keys and values of every position that a causal model has read, in memory that is there for all positions from the start and written in place. What
/// comes next is all that has to be computed.
/// </summary>
/// <remarks>
/// The place of a token is its position, in every row: prompts of different lengths begin at 0 and end at different places, so that positions are right and
/// nothing stands before a prompt that would have to be hidden. Places behind the end of a row are hidden (<see cref="Mask"/>) until they are written.
/// Memory: 2 * layers * batch * key/value heads * capacity * head size elements of the type, and on the device, of the first keys.
/// It is one caller's at a time.
/// </remarks>
public sealed class KeyValueCache : IDisposable
{
    private readonly Dictionary<Module, ModuleCache> parts = new(ReferenceEqualityComparer.Instance);
    private int[] lengths;
    private CacheStep? step;
    private bool isDisposed;

    /// <summary>An empty cache; memory is taken when the first keys come.</summary>
    /// <param name="batch">How many rows there are, at least 1.</param>
    /// <param name="capacity">How many positions of a row fit, at least 1.</param>
    public KeyValueCache(int batch, int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        (lengths, Capacity) = (new int[batch], capacity);
    }

    /// <summary>How many rows there are.</summary>
    public int Batch => lengths.Length;

    /// <summary>How many positions of a row fit.</summary>
    public int Capacity { get; }

    /// <summary>How many positions of each row it holds.</summary>
    public IReadOnlyList<int> Lengths => lengths;

    /// <summary>
    /// The positions of the tokens that are being read, int64: [batch, n], or [1, n] where all rows are equally long. Valid until the reading ends.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing is being read.</exception>
    public Tensor Positions => Step.Positions;

    /// <summary>
    /// What each of the tokens that are being read sees, bool: [batch, 1, n, places], or [1, 1, n, places] where all rows are equally long; true is seen. For
    /// those who do not attend with <see cref="ModuleCache.Attend"/>. Valid until the reading ends.
    /// </summary>
    /// <exception cref="InvalidOperationException">Nothing is being read.</exception>
    public Tensor Mask => Step.Mask;

    internal CacheStep Step => step ?? throw new InvalidOperationException("The cache is used, but nothing is being read: call KeyValueCache.Read, which calls Decode.");

    /// <summary>Reads tokens after those that are there: the model decodes them, and their keys and values stay here.</summary>
    /// <param name="model">The model; the same at every call.</param>
    /// <param name="tokens">[batch, n], int64. Rows that have less are filled up at their right with any token that the model knows.</param>
    /// <param name="counts">How many tokens of each row count, in [1, n]; null: all of them.</param>
    /// <returns>What the model's <see cref="ICausalDecoder.Decode"/> gives; the caller's.</returns>
    /// <exception cref="ArgumentException">Shapes or counts do not fit.</exception>
    /// <exception cref="InvalidOperationException">
    /// There is no room; gradients are on; or the model did not go on from the cache with each of its attentions, once.
    /// </exception>
    public Tensor Read(ICausalDecoder model, Tensor tokens, IReadOnlyList<int>? counts = null)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(tokens);
        Check(tokens, counts);

        using var reading = step = new CacheStep(lengths, (int)tokens.shape[1], tokens.device);
        try
        {
            var logits = model.Decode(tokens, this);
            CheckWritten(model);
            lengths = [.. lengths.Select((length, row) => length + (counts?[row] ?? reading.Count))];
            return logits;
        }
        finally
        {
            step = null;
        }
    }

    /// <summary>Calls a model, with this cache in each of its <see cref="ICachedModule"/>s until the call ends: what a <c>Decode</c> is made of.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">[batch, n].</param>
    /// <returns>What the model gives.</returns>
    /// <exception cref="InvalidOperationException">The model has no <see cref="ICachedModule"/>, or nothing is being read.</exception>
    public Tensor Call(Module<Tensor, Tensor> model, Tensor tokens)
    {
        ArgumentNullException.ThrowIfNull(model);
        var modules = model.modules().Prepend(model).OfType<ICachedModule>().Distinct<ICachedModule>(ReferenceEqualityComparer.Instance).ToArray();
        if (modules.Length == 0)
        {
            throw new InvalidOperationException($"No module of '{model.GetName()}' is an ICachedModule: its attentions must be, to go on from a cache.");
        }

        try
        {
            Array.ForEach(modules, module => module.Cache = Of((Module)module));
            return model.call(tokens);
        }
        finally
        {
            Array.ForEach(modules, static module => module.Cache = null);
        }
    }

    /// <summary>The part of one module, for those who hand it on themselves instead of with <see cref="Call"/>.</summary>
    /// <param name="module">The attention, or whatever looks at positions.</param>
    public ModuleCache Of(Module module)
    {
        ArgumentNullException.ThrowIfNull(module);
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (!parts.TryGetValue(module, out var part))
        {
            parts.Add(module, part = new ModuleCache(this, module));
        }

        return part;
    }

    /// <summary>Makes a tensor at its first use of a reading and gives the same to every layer, until the reading ends: rotary waves, for instance.</summary>
    /// <param name="name">Tells it from others.</param>
    /// <param name="make">Makes it; it becomes this cache's own.</param>
    /// <exception cref="InvalidOperationException">Nothing is being read.</exception>
    public Tensor Once(string name, Func<Tensor> make) => Step.Once(name, make);

    /// <summary>Forgets all positions of every row from one on: the next reading goes on there.</summary>
    /// <param name="length">How many stay, in [0, the shortest row].</param>
    public void Rewind(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, lengths.Min());
        Array.Fill(lengths, length);
    }

    /// <summary>Puts other rows in the place of those that are there: row i becomes what row <paramref name="rows"/>[i] was. For beams, and to leave rows out.</summary>
    /// <param name="rows">Each in [0, <see cref="Batch"/>), at least one; a row may come more than once, or not at all.</param>
    public void Reorder(ReadOnlySpan<long> rows)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (rows.IsEmpty)
        {
            throw new ArgumentException("There are no rows; at least one must stay.", nameof(rows));
        }

        foreach (var row in rows)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row, nameof(rows));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Batch, nameof(rows));
        }

        var chosen = rows.ToArray();
        if (!chosen.SequenceEqual(Enumerable.Range(0, Batch).Select(static row => (long)row)))
        {
            var used = lengths.Max();
            foreach (var part in parts.Values)
            {
                part.Reorder(chosen, used);
            }

            lengths = [.. chosen.Select(row => lengths[row])];
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        isDisposed = true;
        foreach (var part in parts.Values)
        {
            part.Release();
        }
    }

    private void Check(Tensor tokens, IReadOnlyList<int>? counts)
    {
        if (step is not null)
        {
            throw new InvalidOperationException("The cache is being read already: one reading at a time.");
        }

        if (is_grad_enabled())
        {
            throw new InvalidOperationException("Gradients are on, and would not reach what was read before: read under no_grad().");
        }

        if (tokens.dim() != 2 || tokens.shape[0] != Batch || tokens.shape[1] < 1 || tokens.dtype != ScalarType.Int64)
        {
            throw new ArgumentException(
                $"The tokens are {tokens.dtype} [{string.Join(", ", tokens.shape)}]; they must be Int64 [{Batch}, at least 1].", nameof(tokens));
        }

        if (counts is not null && (counts.Count != Batch || counts.Any(count => count < 1 || count > tokens.shape[1])))
        {
            throw new ArgumentException(
                $"The counts are [{string.Join(", ", counts)}]; there must be {Batch}, each in [1, {tokens.shape[1]}].", nameof(counts));
        }

        if (lengths.Max() + tokens.shape[1] > Capacity)
        {
            throw new InvalidOperationException($"{lengths.Max()} positions are there and {tokens.shape[1]} come; the cache has a capacity of {Capacity}.");
        }
    }

    // An attention that looks at these tokens alone gives plausible nonsense: so whoever held keys before must have taken these too.
    private void CheckWritten(ICausalDecoder model)
    {
        if (!parts.Values.Any(static part => part.IsWritten) || parts.Values.FirstOrDefault(static part => part.HoldsKeys && !part.IsWritten) is not null)
        {
            throw new InvalidOperationException(
                $"'{model.GetType().Name}' read tokens, and {parts.Values.Count(static part => part.IsWritten)} modules put their keys into the cache; "
                + $"{parts.Values.Count(static part => part.HoldsKeys)} hold keys, at least one must. Is every attention an ICachedModule that uses its Cache?");
        }
    }
}
