using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>Named tensors on disk, in one file or several.</summary>
internal interface ITensorFile
{
    /// <summary>Where they are, for messages.</summary>
    string Path { get; }

    /// <summary>What the headers say of each tensor, by name.</summary>
    IReadOnlyDictionary<string, SafeTensorInfo> Tensors { get; }

    /// <summary>Reads one tensor into host memory; the caller owns it.</summary>
    Tensor Read(string name);
}
