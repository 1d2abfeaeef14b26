namespace CompressDsl.Analyzers;

/// <summary>Every rule of the catalogue: its words and its weight. The pages in docs/rules say the rest.</summary>
internal static partial class Descriptors
{
    private const string Pages = "https://github.com/compressdsl/compressdsl/blob/main/docs/rules/";
}
