namespace CompressDsl;

/// <summary>How the names of a module's state dictionary and those of a Hugging Face folder meet. Unless something is said, they are the same.</summary>
public sealed record HuggingFaceLayout
{
    /// <summary>The names are the same, and nothing is left over.</summary>
    public static HuggingFaceLayout Same { get; } = new();

    /// <summary>Where the folder has the tensor of a name of the module.</summary>
    public Func<string, StoredAs> Find { get; init; } = static name => new(name);

    /// <summary>
    /// Whether a tensor that the folder has and the module does not is carried over unchanged when a folder is written; for any other it is an error.
    /// The buffers that older versions of transformers saved (<c>rotary_emb.inv_freq</c>, <c>attn.bias</c>, <c>attn.masked_bias</c>,
    /// <c>position_ids</c>) always are.
    /// </summary>
    public Func<string, bool> Carries { get; init; } = static _ => false;
}

/// <summary>Where a folder has a tensor of a module.</summary>
/// <param name="Name">Its name in the folder.</param>
/// <param name="IsTransposed">Whether the folder has a matrix the other way round: [in, out], as GPT-2's <c>Conv1D</c>.</param>
public readonly record struct StoredAs(string Name, bool IsTransposed = false);
