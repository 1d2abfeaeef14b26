using Zoo;
using static TorchSharp.torch;

namespace CompressDsl.Tests;

/// <summary>At their published sizes the models of the zoo have as many parameters as the published ones. One after the other: each holds up to half a gigabyte.</summary>
public class ZooParameterCountTests
{
    [Fact]
    public void Bert_base_has_109482240() => Assert.Equal(109_482_240, Count(static () => new Bert()));

    [Fact]
    public void DistilBert_has_66362880() => Assert.Equal(66_362_880, Count(static () => new Bert(layers: 6, tokenTypes: 0, hasPooler: false)));

    [Fact]
    public void Gpt2_small_has_124439808() => Assert.Equal(124_439_808, Count(static () => new Gpt2()));

    [Fact]
    public void ResNet_18_has_11689512() => Assert.Equal(11_689_512, Count(static () => ResNet.ResNet18()));

    [Fact]
    public void ResNet_50_has_25557032() => Assert.Equal(25_557_032, Count(static () => ResNet.ResNet50()));

    [Fact]
    public void MobileNetV2_has_3504872() => Assert.Equal(3_504_872, Count(static () => new MobileNetV2()));

    [Fact]
    public void VisionTransformer_B_16_has_86567656() => Assert.Equal(86_567_656, Count(static () => new VisionTransformer()));

    private static long Count(Func<nn.Module> construct)
    {
        using var scope = NewDisposeScope();
        using var model = construct();
        return model.parameters().Sum(static parameter => parameter.numel());
    }
}
