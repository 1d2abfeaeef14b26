using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The places over which features are means: all, or those that an attention mask does not call padding.</summary>
public sealed class FeaturePlaces
{
    private FeaturePlaces(Tensor? mask, long count)
    {
        Mask = mask;
        Count = count;
    }

    /// <summary>[batch, length], 0 or false where there is padding; null where there is none.</summary>
    public Tensor? Mask { get; }

    /// <summary>How many places count.</summary>
    public long Count { get; }

    /// <summary>The places of what is matched.</summary>
    /// <param name="attentionMask">[batch, length], any type: 0 or false leaves a place out. Null: all count.</param>
    /// <param name="shapes">The places of every matched member: [batch, length], or [batch], where every sample is one place.</param>
    /// <exception cref="ArgumentException">The members have different places, or the mask has others.</exception>
    public static FeaturePlaces Of(Tensor? attentionMask, params IReadOnlyList<long[]> shapes)
    {
        ArgumentNullException.ThrowIfNull(shapes);
        var places = shapes[0];
        if (shapes.FirstOrDefault(other => !other.AsSpan().SequenceEqual(places)) is { } odd)
        {
            throw new ArgumentException(
                $"One matched member has the places {Text(places)} and another {Text(odd)}; the members that one student matches must have the same, " +
                "samples or tokens: a mean over both would have no unit.");
        }

        if (attentionMask is null)
        {
            return new FeaturePlaces(null, places.Aggregate(1L, static (product, size) => product * size));
        }

        if (!attentionMask.shape.AsSpan().SequenceEqual(places))
        {
            throw new ArgumentException(
                $"The attention mask is {Text(attentionMask.shape)}; the matched members have the places {Text(places)}. " +
                "It must have their shape, 1 where there is a token and 0 where there is padding.");
        }

        using var scope = NewDisposeScope();
        return new FeaturePlaces(attentionMask, attentionMask.ne(0).sum().item<long>());
    }

    private static string Text(long[] shape) => $"[{string.Join(", ", shape)}]";
}
