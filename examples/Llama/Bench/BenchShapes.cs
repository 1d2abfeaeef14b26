using Models;

namespace LlamaProgram.Bench;

/// <summary>Models by name. Their tokens are bytes, so that nearly all of their weights are in the layers that are pruned; a large vocabulary stays dense.</summary>
internal static class BenchShapes
{
    /// <summary>For tests.</summary>
    private static readonly LlamaConfig Tiny = new() { HiddenSize = 64, IntermediateSize = 160, Layers = 2, Heads = 4, KeyValueHeads = 2, HeadSize = 16 };

    /// <summary>The blocks of a small model, 120 million parameters.</summary>
    private static readonly LlamaConfig Small = new() { HiddenSize = 768, IntermediateSize = 2048, Layers = 19, Heads = 12, KeyValueHeads = 4, HeadSize = 64 };

    /// <summary>Blocks as TinyLlama has them, two more of them: 1.06 billion parameters.</summary>
    private static readonly LlamaConfig Large = new() { HiddenSize = 2048, IntermediateSize = 5632, Layers = 24, Heads = 32, KeyValueHeads = 4, HeadSize = 64 };

    /// <summary>From the smallest to the largest; the last two have the vocabularies of TinyLlama and of Llama 3.2 1B too.</summary>
    internal static IReadOnlyDictionary<string, LlamaConfig> All { get; } = new Dictionary<string, LlamaConfig>
    {
        ["tiny"] = Tiny,
        ["120m"] = Small,
        ["1b"] = Large,
        ["tinyllama-1.1b"] = Large with { VocabularySize = 32_000, Layers = 22 },
        ["llama-3.2-1b"] = new()
        {
            VocabularySize = 128_256,
            HiddenSize = 2048,
            IntermediateSize = 8192,
            Layers = 16,
            Heads = 32,
            KeyValueHeads = 8,
            HeadSize = 64,
            RotaryBase = 500_000,
            RotaryScaling = new Llama3Scaling(32, 1, 4, 8192),
            TiesEmbeddings = true,
        },
    };
}
