using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Keeps the queries, keys and values of one attention: what its layers for them put out in one call.</summary>
public sealed class RelationCapture : IMatchCapture
{
    private readonly HiddenCapture[] _parts;

    private RelationCapture(params HiddenCapture[] parts) => _parts = parts;

    /// <inheritdoc/>
    public long[] Places => _parts[0].Places;

    /// <summary>Queries, keys and values, [batch, length, heads * width of a head] each.</summary>
    /// <exception cref="InvalidOperationException">A layer was not called once, or a fused one does not put out three equal parts.</exception>
    public IReadOnlyList<Tensor> Vectors
    {
        get
        {
            if (_parts.Length == 3)
            {
                return Array.ConvertAll(_parts, static part => part.Value);
            }

            var fused = _parts[0].Value;
            return fused.shape[^1] % 3 == 0
                ? fused.chunk(3, -1)
                : throw new InvalidOperationException(
                    $"The layer for queries, keys and values puts out [{string.Join(", ", fused.shape)}], which is not three equal parts.");
        }
    }

    /// <summary>Hooks the three layers of an attention.</summary>
    /// <param name="query">Makes the queries.</param>
    /// <param name="key">Makes the keys.</param>
    /// <param name="value">Makes the values.</param>
    public static RelationCapture Of(nn.Module<Tensor, Tensor> query, nn.Module<Tensor, Tensor> key, nn.Module<Tensor, Tensor> value) =>
        new(HiddenCapture.Of(query), HiddenCapture.Of(key), HiddenCapture.Of(value));

    /// <summary>Hooks the one layer that makes queries, keys and values, in this order.</summary>
    /// <param name="fused">Puts out [batch, length, 3 * width].</param>
    public static RelationCapture OfFused(nn.Module<Tensor, Tensor> fused) => new(HiddenCapture.Of(fused));

    /// <summary>Takes the hooks off and releases what was kept.</summary>
    public void Dispose()
    {
        foreach (var part in _parts)
        {
            part.Dispose();
        }
    }
}
