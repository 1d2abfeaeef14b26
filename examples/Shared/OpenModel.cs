using CompressDsl;
using Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Shared;

/// <summary>A folder, its model in float32, and its tokenizer.</summary>
public sealed class OpenModel<TModel> : IDisposable
    where TModel : Module<Tensor, Tensor>, IHuggingFaceModel<TModel>
{
    private readonly Lazy<TokenCodec> codec;

    public OpenModel(HuggingFaceFolder folder)
    {
        Folder = folder;
        Layout = TModel.LayoutOf(folder);
        Model = TModel.Create(folder.Config);
        Model.eval();
        try
        {
            folder.Load(Model, Layout);
        }
        catch
        {
            Model.Dispose();
            throw;
        }

        codec = new(() => TokenCodec.Of(folder, Model.VocabularySize));
    }

    public HuggingFaceFolder Folder { get; }

    public HuggingFaceLayout Layout { get; }

    public TModel Model { get; }

    /// <summary>Read when it is needed first.</summary>
    public TokenCodec Codec => codec.Value;

    /// <summary>Throws where a sequence is longer than the model can take.</summary>
    public void RequireLength(string option, int length)
    {
        if (Model.LongestInput is { } most && length > most)
        {
            throw new ArgumentException($"{option} is {length}; this model takes {most} tokens at most.");
        }
    }

    public void Dispose() => Model.Dispose();
}
