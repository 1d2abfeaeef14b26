using CompressDsl.CodeFixes;

namespace CompressDsl.Analyzers.Tests;

/// <summary>A teacher for a class that has none yet.</summary>
public class MakeStudentTests
{
    private const string Menu = "Make this a student of…";

    private static readonly VerifyRefactoring Refactoring = new(new MakeStudent());

    [Fact]
    public Task Attribute_is_written_as_the_guide_begins_with_it()
        => Refactoring.ChangesAsync("Large", Net("Small", "[||]") + "\n" + Net("Large"), "[DistillFrom(typeof(Large), T = 4, Alpha = 0.7)]\npartial " + Net("Small") + "\n" + Net("Large"));

    [Fact]
    public async Task Teachers_are_named_as_they_can_be_written_where_the_student_stands()
    {
        var source = $$"""
            namespace Teachers { static partial class Of { internal {{Net("Inner")}} } {{Net("Outer")}} }
            namespace Teachers.Others { {{Net("Other")}} }
            namespace Students { {{Net("Small", "[||]")}} }
            """;

        Assert.Equal([Menu, "Teachers.Of.Inner", "Teachers.Others.Other", "Teachers.Outer"], await Refactoring.TitlesAsync(source));
        Assert.Contains("[DistillFrom(typeof(Teachers.Of.Inner), T = 4, Alpha = 0.7)] partial class Small", await Refactoring.ApplyAsync("Teachers.Of.Inner", source), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_who_can_teach_it_is_offered()
    {
        var source = Net("Small", "[||]")
            + Net("Zeroth")
            + Net("First")
            + Net("OtherWidth", width: "20")
            + Net("OtherInputs", inputs: "Tensor, Tensor")
            + Net("Generic<T>")
            + Net("Abstract", modifiers: "abstract ")
            + "class Hidden { private " + Net("Private") + " }"
            + "[DistillFrom(typeof(Small))] partial " + Net("ItsStudent")
            + "class NoModule { }";

        Assert.Equal([Menu, "First", "Zeroth"], await Refactoring.TitlesAsync(source));
    }

    [Fact]
    public async Task Neither_its_parts_nor_what_it_is_a_part_of_are_offered()
    {
        var part = Net("Part");
        var small = Net("Small", "[||]", members: "private readonly ModuleList<Part> parts = []; ");
        var model = Net("Model", members: "private readonly Small small = new(); ");

        Assert.Empty(await Refactoring.TitlesAsync(small + part + model));
        Assert.Equal([Menu, "Large"], await Refactoring.TitlesAsync(small + part + model + Net("Large")));
    }

    [Fact]
    public async Task Teacher_of_another_project_is_offered_with_the_using_of_the_language()
    {
        var refactoring = new VerifyRefactoring(new MakeStudent())
        {
            WithUsings = false,
            OtherProject = $$"""namespace Others { public {{Net("Large")}} internal {{Net("Unseen")}} }""",
        };
        var source = $$"""
            using Others;
            using TorchSharp.Modules;
            using static TorchSharp.torch;
            using static TorchSharp.torch.nn;

            {{Net("Small", "[||]")}}
            """;

        Assert.Equal([Menu, "Large"], await refactoring.TitlesAsync(source));
        Assert.StartsWith("using CompressDsl;\nusing Others;", await refactoring.ApplyAsync("Large", source), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Menu_has_an_end()
    {
        var titles = await Refactoring.TitlesAsync(Net("Small", "[||]") + string.Concat(Enumerable.Range(10, 25).Select(static number => Net($"Teacher{number}"))));

        Assert.Equal(1 + 20, titles.Length);
        Assert.Equal("Teacher29", titles[^1]);
    }

    [Fact]
    public async Task Other_classes_are_left_alone()
    {
        var teacher = Net("Large");

        Assert.Empty(await Refactoring.TitlesAsync("class [||]Small { }" + teacher));
        Assert.Empty(await Refactoring.TitlesAsync("[DistillFrom(typeof(Large))] partial " + Net("Small", "[||]") + teacher));
        Assert.Empty(await Refactoring.TitlesAsync("file " + Net("Small", "[||]") + teacher));
        Assert.Empty(await Refactoring.TitlesAsync("abstract class [||]Small() : Module(\"Small\");" + teacher));
        Assert.Empty(await Refactoring.TitlesAsync(Net("Small", "[||]") + teacher, name: "Small.designer.cs"));
    }

    private static string Net(string name, string caret = "", string width = "10", string inputs = "Tensor", string members = "", string modifiers = "")
    {
        var constructor = name.Split('<')[0];
        var parameters = inputs == "Tensor" ? "Tensor x" : "Tensor x, Tensor mask";

        return $$"""
            {{modifiers}}class {{caret}}{{name}} : Module<{{inputs}}, Tensor>
            {
                {{members}}private readonly Linear head = Linear(4, {{width}});

                public {{constructor}}() : base("{{constructor}}") => RegisterComponents();

                public override Tensor forward({{parameters}}) => head.call(x);
            }
            """;
    }
}
