namespace CompressDsl;

/// <summary>A batch that the student wrote, or that of the data which it stands for. It owns its tensors.</summary>
public sealed class OnPolicyBatch : GenerationBatch
{
    internal OnPolicyBatch(GenerationBatch batch, Generation? written)
        : base(batch) => (IsOnPolicy, TokensPerSecond, Cached) = (written is not null, written?.TokensPerSecond, written?.Cached);

    /// <summary>Whether the student wrote it; if not, it is the data's.</summary>
    public bool IsOnPolicy { get; }

    /// <summary>How fast the student wrote, all rows together; null where it did not.</summary>
    public double? TokensPerSecond { get; }

    /// <summary>Whether the student wrote with a cache; null where it did not write.</summary>
    public bool? Cached { get; }
}
