using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Generators.Tests;

/// <summary>Every architecture of the zoo, pruned by one attribute: what is masked and what has really shrunk are the same function.</summary>
public sealed class ShrinkTests
{
    private static readonly ConcurrentDictionary<string, Lazy<AnnotatedZoo>> zoos = new();

    /// <summary>Attributes that can stand beside each other, since every model has one of them.</summary>
    private static readonly IReadOnlyDictionary<string, string[]> sets = new Dictionary<string, string[]>
    {
        ["heads"] =
        [
            "BertSelfAttention", "Gpt2Attention", "LlamaAttention", "VitAttention", "MaskedAttention", "EinsumAttention", "MultiQueryAttention", "CrossAttention", "QkNormAttention",
            "AlibiAttention", "T5Encoder", "ParallelBlock", "SpreadShapeAttention",
        ],
        ["members"] =
        [
            "BertLayer.intermediate", "Gpt2Mlp.c_fc", "LlamaMlp.up_proj", "MixerMlp.fc1", "BasicBlock.conv1", "Bottleneck.conv2",
        ],
        ["channels"] =
        [
            "VitBlock", "ResNet", "MobileNetV2", "UNet", "MlpMixer", "BertLayer", "LlamaMlp",
        ],
        ["roots"] =
        [
            "ActorCritic", "Autoencoder", "ChosenActivation", "ConvNext", "DenseNet", "FunctionalConvNet", "FusedGateMlp", "GroupNormNet", "InPlaceResNet", "LoopingMlp", "NamedVgg",
            "Block", "ScopedMlp", "SharedBaseNet", "SiameseNet", "SqueezeExcitationNet", "TextCnn", "WaveNet", "ResNet", "MobileNetV2", "UNet", "VisionTransformer", "Bert", "Gpt2", "Llama",
            "MlpMixer", "LstmClassifier", "EinsumTransformer", "T5Encoder", "ParallelTransformer", "FeatureTap", "SuperResolution", "OwnWeights", "EarlyExit",
            "StyleTransferNet",
        ],
        ["hidden"] = ["Bert", "Gpt2", "Llama", "VisionTransformer", "MlpMixer", "ResNet", "MobileNetV2", "MaskedTransformer", "T5Encoder"],
    };

    /// <summary>Which set of attributes, and which model.</summary>
    public static TheoryData<string, string> Models
    {
        get
        {
            var data = new TheoryData<string, string>();
            Add(
                "heads",
                "Bert", "BertWithHead", "DistilBert", "Gpt2", "Llama", "TiedLlama", "VisionTransformer", "MaskedTransformer", "EinsumTransformer", "MultiQueryTransformer",
                "CrossAttention", "QkNormAttention", "AlibiAttention", "T5Encoder", "ParallelTransformer", "SpreadShapeAttention");
            Add("members", "Bert", "Gpt2", "Llama", "MlpMixer", "ResNet18", "ResNet50");
            Add("channels", "VisionTransformer", "ResNet18", "ResNet50", "MobileNetV2", "UNet", "MlpMixer", "Bert", "Llama");
            Add(
                "roots",
                "ActorCritic", "Autoencoder", "ChosenActivation", "ChosenIdentity", "ConvNext", "DenseNet", "FunctionalConvNet", "PlainFunctionalConvNet", "FusedGateMlp",
                "GroupNormNet", "InPlaceResNet", "LoopingMlp", "NamedVgg", "NestedEncoder", "ScopedMlp", "SharedBaseNet", "SiameseNet", "SqueezeExcitationNet", "TextCnn", "WaveNet",
                "ResNet18", "MobileNetV2", "UNet", "VisionTransformer", "Bert", "Gpt2", "Llama", "MlpMixer", "LstmClassifier", "EinsumTransformer", "T5Encoder",
                "ParallelTransformer", "FeatureTap", "SuperResolution", "OwnWeights", "EarlyExit", "StyleTransferNet");
            Add(
                "hidden",
                "Bert", "BertWithHead", "DistilBert", "Gpt2", "Llama", "TiedLlama", "VisionTransformer", "MlpMixer", "ResNet18", "ResNet50", "MobileNetV2", "MaskedTransformer",
                "T5Encoder");
            return data;

            void Add(string set, params string[] models)
            {
                foreach (var model in models)
                {
                    data.Add(set, model);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Masked_and_shrunk_model_are_the_same_function(string set, string name)
    {
        foreach (var zoo in new[] { ZooOf(set, 0.25), ZooOf(set, 0.5) })
        {
            Check(zoo, name, ScalarType.Float32, 1e-5);
            Check(zoo, name, ScalarType.Float64, 1e-11);
        }
    }

    /// <remarks>At one ratio: a file knows what is left, not how much was asked for.</remarks>
    [Theory]
    [MemberData(nameof(Models))]
    public void Masks_and_sizes_survive_files(string set, string name)
    {
        using var scope = NewDisposeScope();
        var zoo = ZooOf(set, 0.25);
        var (model, run) = zoo.Create(name);
        using var owned = model;
        model.Prune();
        CheckpointCheck.SurvivesFiles(model, run, () => zoo.Create(name).Model);
    }

    private static void Check(AnnotatedZoo zoo, string name, ScalarType type, double tolerance)
    {
        using var scope = NewDisposeScope();
        var (model, run) = zoo.Create(name);
        using var owned = model;
        model.to(type);
        var report = model.Prune();

        Assert.Contains(report.Structures, static structure => structure.Removed > 0);
        ShrinkCheck.MaskedIsShrunk(model, run, tolerance);
    }

    private static AnnotatedZoo ZooOf(string set, double ratio)
        => zoos.GetOrAdd(FormattableString.Invariant($"{set} {ratio}"), _ => new(() => new AnnotatedZoo(
            sets[set].ToDictionary(static target => target, target => FormattableString.Invariant($"{AttributeOf(set)}({ratio})"))))).Value;

    private static string AttributeOf(string set) => set switch
    {
        "heads" => "PruneHeads",
        "hidden" => "PruneHidden",
        _ => "PruneChannels",
    };
}
