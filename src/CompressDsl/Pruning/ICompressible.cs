namespace CompressDsl;

/// <summary>A module with pruning attributes. The generator implements it on every annotated class, so that annotated modules nest.</summary>
public interface ICompressible
{
    /// <summary>What its attributes ask for, and the masks.</summary>
    Compression Compression { get; }
}
