using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Takes the parts of one state of a training, each under a name of its own.</summary>
public interface ITrainingWriter
{
    /// <summary>Writes a module: parameters, persistent buffers, masks.</summary>
    /// <param name="name">Letters, digits and hyphens.</param>
    /// <param name="module">The module; nothing in it changes.</param>
    void Write(string name, nn.Module module);

    /// <summary>Writes tensors.</summary>
    /// <param name="name">Letters, digits and hyphens.</param>
    /// <param name="tensors">Dense tensors of any device; they stay the caller's.</param>
    void Write(string name, IEnumerable<KeyValuePair<string, Tensor>> tensors);

    /// <summary>Writes bytes.</summary>
    /// <param name="name">Letters, digits and hyphens.</param>
    /// <param name="write">Writes them.</param>
    void Write(string name, Action<Stream> write);
}
