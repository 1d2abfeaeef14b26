using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>The tensors among the arguments of a call.</summary>
internal static class Tensors
{
    /// <summary>The place of the first tensor.</summary>
    public static int FirstIndex(ForwardArguments arguments)
    {
        for (var i = 0; i < arguments.Values.Count; i++)
        {
            if (arguments.Values[i] is Tensor)
            {
                return i;
            }
        }

        throw new InvalidOperationException(
            "A block has no tensor among its arguments, so nothing can be passed on from block to block; set PruneOptions.BlockByBlock to false.");
    }

    /// <summary>The same value with other tensors in it.</summary>
    public static object? Map(object? value, Func<Tensor, Tensor> map) => value switch
    {
        Tensor tensor => map(tensor),
        (Tensor a, Tensor b) => (map(a), map(b)),
        (Tensor a, Tensor b, Tensor c) => (map(a), map(b), map(c)),
        ITuple or System.Collections.IEnumerable and not string => throw new InvalidOperationException(
            $"A block takes a {value.GetType()}, in which tensors cannot be found; set PruneOptions.BlockByBlock to false."),
        _ => value,
    };

    /// <summary>Whether two values are the same, tensors compared by their numbers.</summary>
    public static bool AreEqual(object? one, object? other) => (one, other) switch
    {
        (Tensor a, Tensor b) => a.dtype == b.dtype && Aten.AreOnOneDevice(a, b) && a.shape.AsSpan().SequenceEqual(b.shape) && a.Equals(b),
        (ITuple a, ITuple b) => a.Length == b.Length && Enumerable.Range(0, a.Length).All(i => AreEqual(a[i], b[i])),
        _ => Equals(one, other),
    };
}
