namespace CompressDsl;

/// <summary>The names that the compiler side knows the language and TorchSharp by: the only place where they are spelled out.</summary>
internal static class KnownNames
{
    public const string SparsityAttribute = "CompressDsl.SparsityAttribute";
    public const string SemiStructuredAttribute = "CompressDsl.SemiStructuredAttribute";
    public const string BlockSparsityAttribute = "CompressDsl.BlockSparsityAttribute";
    public const string KeepDenseAttribute = "CompressDsl.KeepDenseAttribute";
    public const string PruneHeadsAttribute = "CompressDsl.PruneHeadsAttribute";
    public const string PruneChannelsAttribute = "CompressDsl.PruneChannelsAttribute";
    public const string PruneLayersAttribute = "CompressDsl.PruneLayersAttribute";
    public const string PruneHiddenAttribute = "CompressDsl.PruneHiddenAttribute";
    public const string GradualAttribute = "CompressDsl.GradualAttribute";
    public const string DistillFromAttribute = "CompressDsl.DistillFromAttribute";
    public const string MatchHiddenAttribute = "CompressDsl.MatchHiddenAttribute";
    public const string MatchAttentionAttribute = "CompressDsl.MatchAttentionAttribute";
    public const string InitializeFromAttribute = "CompressDsl.InitializeFromAttribute";

    public const string ShrinkExtensions = "CompressDsl.ShrinkExtensions";
    public const string Shrinker = "CompressDsl.Shrinker";
    public const string Compaction = "CompressDsl.Compaction";
    public const string Compressible = "CompressDsl.ICompressible";
    public const string ModuleCache = "CompressDsl.ModuleCache";
    public const string Distillation = "CompressDsl.Distillation";
    public const string DistillationOptions = "CompressDsl.DistillationOptions";
    public const string SparseLinear = "CompressDsl.SparseLinear";

    public const string Module = "TorchSharp.torch+nn+Module";
    public const string Optimizer = "TorchSharp.torch+optim+Optimizer";
    public const string Torch = "TorchSharp.torch";
    public const string Tensor = "TorchSharp.torch+Tensor";
    public const string Parameter = "TorchSharp.Modules.Parameter";
    public const string Linear = "TorchSharp.Modules.Linear";
    public const string ModuleList = "TorchSharp.Modules.ModuleList`1";
    public const string ModuleDict = "TorchSharp.Modules.ModuleDict`1";
    public const string LayerFactories = "TorchSharp.torch+nn";
    public const string Functional = "TorchSharp.torch+nn+functional";
    public const string Special = "TorchSharp.torch+special";
    public const string Layers = "TorchSharp.Modules";
    public const string ComponentName = "TorchSharp.Utils.ComponentNameAttribute";
    public const string KlLoss = "TorchSharp.Modules.KLDivLoss";
    public const string LayerNorm = "TorchSharp.Modules.LayerNorm";
    public const string Embedding = "TorchSharp.Modules.Embedding";
    public const string SoftmaxLayer = "TorchSharp.Modules.Softmax";

    /// <summary>The attributes that say which weights go, or that none does.</summary>
    public static readonly string[] SparsityAttributes = [SparsityAttribute, SemiStructuredAttribute, BlockSparsityAttribute, KeepDenseAttribute];

    /// <summary>The attributes that make tensors smaller.</summary>
    public static readonly string[] StructureAttributes = [PruneHeadsAttribute, PruneChannelsAttribute, PruneLayersAttribute, PruneHiddenAttribute];

    /// <summary>The attributes for which a class gets its <c>Compression</c>.</summary>
    public static readonly string[] PruningAttributes = [.. SparsityAttributes, .. StructureAttributes];

    /// <summary>Layers with a weight that a class-level attribute reaches.</summary>
    public static readonly string[] MatrixLayers =
    [
        Linear,
        SparseLinear,
        "TorchSharp.Modules.Conv1d",
        "TorchSharp.Modules.Conv2d",
        "TorchSharp.Modules.Conv3d",
        "TorchSharp.Modules.ConvTranspose1d",
        "TorchSharp.Modules.ConvTranspose2d",
        "TorchSharp.Modules.ConvTranspose3d",
    ];

    /// <summary>Layers whose inputs, as the weight meets them, can be seen.</summary>
    public static readonly string[] LayersWithInputs = [Linear, SparseLinear, "TorchSharp.Modules.Conv1d", "TorchSharp.Modules.Conv2d"];

    /// <summary>TorchSharp's layers that have something for every channel, by their names in <see cref="Layers"/>.</summary>
    public static readonly string[] LayersWithChannels =
    [
        "Linear", "Conv1d", "Conv2d", "Conv3d", "ConvTranspose1d", "ConvTranspose2d", "ConvTranspose3d", "Embedding",
        "BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "LayerNorm", "GroupNorm", "PReLU", "MultiheadAttention",
    ];

    /// <summary>Layers whose weight is pruned only where they are annotated themselves.</summary>
    public static readonly string[] LookupLayers = [Embedding];
}
