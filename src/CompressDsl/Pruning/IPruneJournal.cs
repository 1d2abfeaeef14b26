using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What a pruning run has finished, stage by stage, somewhere that outlives it.</summary>
public interface IPruneJournal
{
    /// <summary>Begins, or goes on with, a run.</summary>
    /// <param name="fingerprint">Tells runs apart: equal for the same weights, rules and options.</param>
    /// <returns>How many stages are finished.</returns>
    /// <exception cref="InvalidOperationException">Another run has written here.</exception>
    int Open(string fingerprint);

    /// <summary>What a finished stage left: tensors by name, in the current dispose scope, and a text.</summary>
    /// <param name="stage">In [0, number of finished stages).</param>
    (IReadOnlyDictionary<string, Tensor> Tensors, string Text) Read(int stage);

    /// <summary>Writes down a finished stage, as a whole or not at all.</summary>
    /// <param name="stage">The number of finished stages so far.</param>
    /// <param name="tensors">Tensors by name; the caller keeps them.</param>
    /// <param name="text">Whatever belongs to them.</param>
    void Write(int stage, IReadOnlyDictionary<string, Tensor> tensors, string text);
}
