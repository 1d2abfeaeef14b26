using TorchSharp;
using static TorchSharp.torch;

namespace CompressDsl.Generators.Tests;

/// <summary>Code that is not followed: what goes into it stays whole, what does not can go.</summary>
public sealed class UnfollowedTests
{
    private static readonly string[] names =
    [
        "ScaledByWidth", "ChosenByWidth", "NumberedChannels", "WrittenChannel", "HeldInRecord", "ComingOneByOne", "FilledInLoop", "TakenByLambda", "Gram",
    ];

    private static readonly Lazy<AnnotatedZoo> zoo = new(static () => new AnnotatedZoo(names.ToDictionary(static name => name, static _ => "PruneChannels(0.5)")));

    public static TheoryData<string> Names => [.. names];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_goes_into_it_stays_and_the_rest_shrinks(string name)
    {
        using var scope = NewDisposeScope();
        var (model, run) = zoo.Value.Create(name);
        using var owned = model;
        model.to(ScalarType.Float64);

        var report = model.Prune();

        Assert.Contains(report.Structures, static structure => structure.Path == "second" && structure.Removed == 6);
        Assert.DoesNotContain(report.Structures, static structure => structure.Path != "second" && structure.Removed > 0);
        Assert.Contains(report.Structures, static structure => structure.Obstacle is not null);
        ShrinkCheck.MaskedIsShrunk(model, run, 1e-11);
    }
}
