using static TorchSharp.torch;

namespace CompressDsl;

/// <summary>What groups and lists of a model are called in reports, and their order there.</summary>
internal sealed class StructurePaths
{
    private readonly Dictionary<nn.Module, (int Order, string Path)> modules = [];

    public StructurePaths(nn.Module root)
    {
        foreach (var (name, module) in root.named_modules().Prepend((name: "", module: root)))
        {
            modules.TryAdd(module, (modules.Count, name));
        }
    }

    /// <summary>Where a module comes among the others.</summary>
    public int OrderOf(Compression compression) => modules[compression.Module].Order;

    /// <summary>The path of something within an annotated module.</summary>
    /// <param name="compression">The compression of that module.</param>
    /// <param name="name">A path below it, or its own name.</param>
    public string PathOf(Compression compression, string name) => modules[compression.Module].Path switch
    {
        "" => name,
        var path => name == compression.Module.GetName() ? path : $"{path}.{name}",
    };
}
