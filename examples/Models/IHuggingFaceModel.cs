using CompressDsl;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Models;

/// <summary>
/// A model from tokens [batch, position] to logits [batch, position, vocabulary] that is read from, and written to, Hugging Face folders.
/// </summary>
public interface IHuggingFaceModel<TSelf>
    where TSelf : Module<Tensor, Tensor>, IHuggingFaceModel<TSelf>
{
    /// <summary>How many different tokens there are.</summary>
    int VocabularySize { get; }

    /// <summary>How many tokens it can take at once; null where nothing in it sets a limit.</summary>
    int? LongestInput { get; }

    /// <summary>What a <c>config.json</c> says of the shape: a record of plain values.</summary>
    /// <exception cref="FormatException">A value is missing, wrong, or asks for other computations than the model has.</exception>
    static abstract object Shape(HuggingFaceConfig config);

    /// <summary>The model that a <c>config.json</c> describes, without the folder's values.</summary>
    /// <exception cref="FormatException">A value is missing, wrong, or asks for other computations than the model has.</exception>
    static abstract TSelf Create(HuggingFaceConfig config);

    /// <summary>How its names and those of a folder meet.</summary>
    static abstract HuggingFaceLayout LayoutOf(HuggingFaceFolder folder);
}
