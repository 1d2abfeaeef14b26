namespace CompressDsl.Models;

/// <summary>The activations in a class that stand around a call of a sparse layer, which may apply them itself.</summary>
/// <param name="Type">The class.</param>
/// <param name="Calls">The calls that are replaced, in the order of the source: of every pair the activation, then the layers.</param>
internal sealed record FusionModel(TypeModel Type, EquatableArray<ReplacedCallModel> Calls);

/// <summary>A call that a generated method is put in place of.</summary>
/// <param name="Kind">What is called.</param>
/// <param name="Method">The activation as it is called, <c>silu</c> or <c>silu_</c>; for a layer the one around it, <c>silu</c> in place or not.</param>
/// <param name="Version">Which encoding the compiler has given the place in.</param>
/// <param name="Data">The place, with a sum over the whole file: every edit of the file makes it another one.</param>
/// <param name="Position">Line and column in the file, from 1, for who reads the generated code.</param>
internal sealed record ReplacedCallModel(ReplacedCallKind Kind, string Method, int Version, string Data, string Position);

/// <summary>The calls that can be replaced, by their signature.</summary>
internal enum ReplacedCallKind
{
    /// <summary><c>layer.call(x)</c>.</summary>
    Layer,

    /// <summary><c>x.silu()</c>.</summary>
    Method,

    /// <summary><c>functional.gelu(x)</c>.</summary>
    Function,

    /// <summary><c>functional.silu(x, inplace)</c>.</summary>
    FunctionInPlace,
}
