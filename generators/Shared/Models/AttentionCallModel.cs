namespace CompressDsl.Models;

/// <summary>A call in the source of a matched attention that makes its map.</summary>
/// <param name="Kind">What is called.</param>
/// <param name="Version">Which encoding the compiler has given the place in.</param>
/// <param name="Data">The place, with a sum over the whole file: every edit of the file makes it another one.</param>
/// <param name="Position">Line and column in the file, from 1, for who reads the generated code.</param>
internal sealed record AttentionCallModel(AttentionCallKind Kind, int Version, string Data, string Position);

/// <summary>The calls that make attention maps, by their signature.</summary>
internal enum AttentionCallKind
{
    /// <summary><c>scores.softmax(dim)</c>.</summary>
    Method,

    /// <summary><c>functional.softmax(scores, dim)</c>.</summary>
    Function,

    /// <summary><c>torch.softmax(scores, dim)</c>.</summary>
    TorchFunction,

    /// <summary><c>torch.special.softmax(scores, dim)</c>.</summary>
    SpecialFunction,

    /// <summary><c>layer.call(scores)</c>, the layer a <c>Softmax</c>.</summary>
    Layer,

    /// <summary><c>functional.scaled_dot_product_attention(query, key, value, …)</c>.</summary>
    Attention,
}
