using static TorchSharp.torch.nn;

namespace CompressDsl;

/// <summary>Puts a module into training or eval mode, and every module below back into the mode it had when this is disposed.</summary>
internal sealed class TrainingMode : IDisposable
{
    private readonly List<(Module Module, bool Training)> _modes = [];

    public TrainingMode(Module module, bool training)
    {
        Remember(module);
        module.train(training);
    }

    public void Dispose()
    {
        // Parents stand before their children, whom train() reaches too: the last word is each module's own.
        foreach (var (module, training) in _modes)
        {
            module.train(training);
        }
    }

    private void Remember(Module module)
    {
        _modes.Add((module, module.training));
        foreach (var child in module.children())
        {
            Remember(child);
        }
    }
}
