using CompressDsl;
using Models;
using static TorchSharp.torch;

namespace LlamaProgram.Bench;

/// <summary>A model that reads a prompt and writes on.</summary>
internal sealed class Session(Llama model, int capacity) : IDisposable
{
    private readonly KeyValueCache memory = new(1, capacity);
    private long last;

    /// <summary>Reads a prompt, [1, position], from the start.</summary>
    internal void Read(Tensor prompt)
    {
        memory.Rewind(0);
        Take(memory.Read(model, prompt));
    }

    /// <summary>Writes the likeliest token that follows what was read and written.</summary>
    internal void Write()
    {
        using var token = tensor(last, ScalarType.Int64).view(1, 1);
        Take(memory.Read(model, token));
    }

    /// <summary>The logits of tokens, [1, position], of which the prompt is read at once and the others one by one.</summary>
    /// <returns>[position, vocabulary], float32; the caller owns it.</returns>
    internal Tensor Logits(Tensor tokens, int prompt)
    {
        using var scope = NewDisposeScope();
        memory.Rewind(0);
        long[] lengths = [prompt, .. Enumerable.Repeat(1L, (int)tokens.shape[1] - prompt)];
        return cat([.. tokens.split(lengths, 1).Select(part => memory.Read(model, part).squeeze(0).to(ScalarType.Float32))]).MoveToOuterDisposeScope();
    }

    public void Dispose() => memory.Dispose();

    private void Take(Tensor logits) => last = logits[0, -1].argmax().item<long>();
}
