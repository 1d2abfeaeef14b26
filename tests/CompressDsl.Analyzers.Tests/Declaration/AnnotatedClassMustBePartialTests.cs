using CompressDsl.CodeFixes;
using Microsoft.CodeAnalysis.CodeFixes;
using static CompressDsl.Analyzers.Tests.Sources;

namespace CompressDsl.Analyzers.Tests;

public class AnnotatedClassMustBePartialTests
{
    private const string Id = "CDSL1001";

    [Theory]
    [InlineData("[Sparsity(0.5, Purpose = Purpose.Size)] public sealed class [|Net|]")]
    [InlineData("[SemiStructured(2, 4)] class [|Net|]")]
    [InlineData("[KeepDense] internal class [|Net|]")]
    [InlineData("[PruneHeads(0.5)] public class [|Net|]")]
    public Task Class_with_attribute_and_without_partial_is_reported_on_its_name(string declaration)
        => Verify.ReportsAsync(Id, Net("", declaration));

    [Fact]
    public async Task Member_with_attribute_makes_the_class_an_annotated_one()
    {
        var found = await Verify.ReportsAsync(Id, Net("[KeepDense] private readonly Linear up = Linear(4, 4);", "class [|Net|]"));
        Assert.Equal("'Net' is not partial, so nothing can be generated for the annotated class 'Net'; declare it partial", found[0].Message());
    }

    [Fact]
    public Task Member_with_structure_makes_the_class_an_annotated_one()
        => Verify.ReportsAsync(Id, Net("[PruneLayers(Keep = 2)] private readonly ModuleList<Linear> layers = [];", "class [|Net|]"));

    [Fact]
    public Task Containing_types_of_every_kind_must_be_partial()
        => Verify.ReportsAsync(Id, $$"""
            public static class [|Outer|]
            {
                public record struct [|Middle|]<T>
                {
                    public partial interface IFine
                    {
                        public record [|Inner|]
                        {
                            {{Net("[KeepDense] private readonly Linear up = Linear(4, 4);")}}
                        }
                    }
                }
            }
            """);

    [Fact]
    public Task Student_with_both_kinds_of_attributes_is_reported_once()
        => Verify.ReportsAsync(Id, Pair().Replace("partial class Student", "class [|Student|]").Replace("private readonly Linear head = Linear(384", "[KeepDense] private readonly Linear head = Linear(384"));

    [Fact]
    public async Task File_local_class_is_reported_and_says_why()
    {
        var found = await Verify.ReportsAsync(Id, Net("[KeepDense] private readonly Linear up = Linear(4, 4);", "file sealed partial class [|Net|]"));
        Assert.Contains("remove 'file'", found[0].Message());
    }

    [Theory]
    [InlineData("public sealed partial class Net")]
    [InlineData("partial class Net")]
    public Task Partial_class_is_quiet(string declaration)
        => Verify.IsQuietAsync(Net("[KeepDense] private readonly Linear up = Linear(4, 4);", declaration));

    [Fact]
    public Task Class_split_over_files_in_a_namespace_is_quiet()
        => Verify.IsQuietAsync(
            $$"""namespace A.B { {{Net("")}} }""",
            "namespace A.B; partial class Net { [KeepDense] private readonly Linear up = Linear(4, 4); }");

    [Fact]
    public Task Fix_adds_the_word_where_it_belongs()
        => new VerifyFix(Id, new MakePartial()).ChangesAsync(
            Net("[KeepDense] private readonly Linear up = Linear(4, 4);", "/// <summary>Doc.</summary>\npublic sealed /* here */ class Net"),
            Net("[KeepDense] private readonly Linear up = Linear(4, 4);", "/// <summary>Doc.</summary>\npublic sealed /* here */ partial class Net"));

    [Fact]
    public Task Fix_all_reaches_containers_and_other_files()
    {
        const string inner = "[KeepDense] private readonly Linear up = Linear(4, 4);";

        return new VerifyFix(Id, new MakePartial()).ChangesAllAsync(
            [
                $$"""public readonly record struct Outer { public interface IMiddle { {{Net(inner, "class Net")}} } }""",
                $$"""namespace A { public record Outer { {{Net(inner, "class Net")}} } }""",
            ],
            [
                $$"""public readonly partial record struct Outer { public partial interface IMiddle { {{Net(inner, "partial class Net")}} } }""",
                $$"""namespace A { public partial record Outer { {{Net(inner, "partial class Net")}} } }""",
            ]);
    }

    [Fact]
    public Task Fix_all_in_a_document_leaves_the_others_alone()
    {
        const string inner = "[KeepDense] private readonly Linear up = Linear(4, 4);";
        var other = $$"""namespace A { {{Net(inner, "class Net")}} }""";

        return new VerifyFix(Id, new MakePartial())
            .ChangesAllAsync([Net(inner, "class Net"), other], [Net(inner, "partial class Net"), other], FixAllScope.Document, remaining: 1);
    }

    [Fact]
    public async Task File_local_class_is_offered_no_fix()
        => Assert.Empty(await new VerifyFix(Id, new MakePartial()).TitlesAsync(Net("[KeepDense] private readonly Linear up = Linear(4, 4);", "file sealed class Net")));
}
