using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Gives the parts of one state of a training, as <see cref="ITrainingWriter"/> took them.</summary>
public interface ITrainingReader
{
    /// <summary>Copies what was written of a module into one of the same class and sizes, masks and all; its parameters stay the same objects.</summary>
    /// <param name="name">The part.</param>
    /// <param name="module">The module.</param>
    void Read(string name, nn.Module module);

    /// <summary>Reads tensors.</summary>
    /// <param name="name">The part.</param>
    /// <returns>By name, in host memory; the caller's.</returns>
    IReadOnlyDictionary<string, Tensor> Read(string name);

    /// <summary>Reads bytes.</summary>
    /// <param name="name">The part.</param>
    /// <param name="read">Reads them.</param>
    void Read(string name, Action<Stream> read);
}
