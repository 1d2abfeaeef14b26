using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>A tensor of a model as a file has it: under its own name, or in the parts of a compressed weight.</summary>
internal abstract class StoredTensor
{
    /// <summary>Its name in the model.</summary>
    public abstract string Name { get; }

    /// <summary>The name, and the shape and dtype that it has when it is read.</summary>
    public abstract SafeTensorInfo Info { get; }

    /// <summary>The tensors of the file that it takes.</summary>
    public abstract IReadOnlyList<string> Parts { get; }

    /// <summary>What contradicts what in the file, in one line; null where nothing does.</summary>
    public virtual string? Fault() => null;

    /// <summary>Reads it into host memory; the caller owns it.</summary>
    /// <exception cref="SafeTensorsException">It has a <see cref="Fault"/>, or cannot be read.</exception>
    public abstract Tensor Read();

    /// <summary>Finds a tensor of a model in a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The tensor's name in the model.</param>
    /// <param name="mayBePart">Whether a tensor of the file may be a part of a compressed weight: it is none of the model's own.</param>
    /// <returns>Null where the file does not have it.</returns>
    public static StoredTensor? Find(ITensorFile file, string name, Func<string, bool> mayBePart) =>
        file.Tensors.TryGetValue(name, out var info) ? new Whole(file, info) : CompressedTensor.FindParts(file, name, mayBePart);

    private sealed class Whole(ITensorFile file, SafeTensorInfo info) : StoredTensor
    {
        public override string Name => info.Name;

        public override SafeTensorInfo Info => info;

        public override IReadOnlyList<string> Parts => [info.Name];

        public override Tensor Read() => file.Read(info.Name);
    }
}
