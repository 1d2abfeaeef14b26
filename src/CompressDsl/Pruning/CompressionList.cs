using System.Collections;

namespace CompressDsl;

/// <summary>The compressions of the modules in a list, in its order, as the list is now.</summary>
/// <typeparam name="TModule">The annotated class.</typeparam>
/// <typeparam name="TCompression">Its generated compression.</typeparam>
/// <param name="modules">The list, read at every use; null counts as empty.</param>
/// <param name="select">The compression of one module.</param>
public sealed class CompressionList<TModule, TCompression>(Func<IList<TModule>?> modules, Func<TModule, TCompression> select)
    : IReadOnlyList<TCompression>
{
    /// <inheritdoc/>
    public int Count => Modules.Count;

    private IList<TModule> Modules => modules() ?? [];

    /// <inheritdoc/>
    public TCompression this[int index] => select(Modules[index]);

    /// <inheritdoc/>
    public IEnumerator<TCompression> GetEnumerator() => Modules.Select(select).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
