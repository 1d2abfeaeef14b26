namespace CompressDsl;

/// <summary>
/// A module whose <c>forward</c> looks at a cache: an attention, which sees what came before, or whatever adds positions. While
/// <see cref="KeyValueCache.Call"/> runs the model, the cache is there; outside of it, it is null and every call stands alone.
/// </summary>
/// <example>
/// <c>var attended = Cache is null ? Attend(query, key, value) : Cache.Attend(query, key, value);</c>
/// </example>
public interface ICachedModule
{
    /// <summary>This module's part of the cache; null where every call stands alone. Set by <see cref="KeyValueCache.Call"/>.</summary>
    ModuleCache? Cache { get; set; }
}
