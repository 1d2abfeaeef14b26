using CompressDsl.Models;
using CompressDsl.Reading;
using CompressDsl.Remembering;
using CompressDsl.Writing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace CompressDsl;

/// <summary>
/// From attributes to code: <c>Compression</c> for every class with sparsity or structure attributes, with the activations that its sparse layers may apply
/// themselves; <c>{Student}Distillation</c> for every class with <c>[DistillFrom]</c>, with the attention maps that it matches; <c>InitializeFrom</c> for every class
/// with <c>[InitializeFrom]</c>. Where a class breaks a rule nothing is written, and the analyzers, which read with the same eyes, say why.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class CompressDslGenerator : IIncrementalGenerator
{
    /// <summary>The name of the step whose outputs are the models of compressed classes.</summary>
    internal const string CompressionStep = "Compression";

    /// <summary>The name of the step whose outputs are the calls in those classes that are replaced.</summary>
    internal const string FusionStep = "Fusion";

    /// <summary>The name of the step whose outputs are the models of students.</summary>
    internal const string DistillationStep = "Distillation";

    /// <summary>The name of the step whose outputs are the calls that make matched attention maps.</summary>
    internal const string AttentionStep = "Attention";

    /// <summary>The name of the step whose outputs are the models of students that start from a teacher.</summary>
    internal const string InitializationStep = "Initialization";

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var canIntercept = context.ParseOptionsProvider.Select(static (options, _) => Interceptors.CanBeCompiled(options));

        foreach (var attribute in KnownNames.PruningAttributes)
        {
            var classes = context.SyntaxProvider
                .ForAttributeWithMetadataName(
                    attribute,
                    static (node, _) => node is ClassDeclarationSyntax or VariableDeclaratorSyntax or PropertyDeclarationSyntax,
                    new Remembered<(CompressionModel? Compression, FusionModel? Fusion)>(Read).Read);

            var compressions = classes
                .Select(static (read, _) => read.Compression)
                .Where(static model => model is not null)
                .Select(static (model, _) => model!)
                .WithTrackingName(CompressionStep);

            // Apart from the rest: every edit of the file changes it.
            var fusions = classes
                .Select(static (read, _) => read.Fusion)
                .Where(static model => model is not null)
                .Select(static (model, _) => model!)
                .WithTrackingName(FusionStep);

            context.RegisterSourceOutput(fusions.Combine(canIntercept), static (output, found) =>
            {
                if (found.Right)
                {
                    output.AddSource(found.Left.Type.FileStem + ".Fusion.g.cs", FusionWriter.Write(found.Left));
                }
            });

            context.RegisterSourceOutput(compressions, static (output, model) =>
            {
                output.AddSource(model.Type.FileStem + ".Compression.g.cs", CompressionWriter.Write(model));

                if (model.Flow is { } flow)
                {
                    output.AddSource(model.Type.FileStem + ".Channels.g.cs", FlowWriter.Write(model.Type, CompressionWriter.ClassName(model), flow, model.Structures));
                }
            });
        }

        var students = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.DistillFromAttribute,
                static (node, _) => node is ClassDeclarationSyntax,
                new Remembered<(DistillationModel? Distillation, EquatableArray<AttentionCallModel> Attentions)>(ReadStudent).Read);

        var distillations = students
            .Select(static (read, _) => read.Distillation)
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName(DistillationStep);

        context.RegisterSourceOutput(distillations, static (output, model) =>
            output.AddSource(model.Student.FileStem + ".Distillation.g.cs", DistillationWriter.Write(model)));

        // Two students may match one attention, and a call can be stood in for once: all of them in one file.
        var attentions = students
            .SelectMany(static (read, _) => read.Attentions)
            .Collect()
            .Select(static (calls, _) => calls.Distinct().ToEquatableArray())
            .WithTrackingName(AttentionStep);

        context.RegisterSourceOutput(attentions.Combine(canIntercept), static (output, found) =>
        {
            if (found.Right && found.Left.Count > 0)
            {
                output.AddSource("CompressDsl.AttentionMaps.g.cs", AttentionWriter.Write(found.Left));
            }
        });

        var initializations = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                KnownNames.InitializeFromAttribute,
                static (node, _) => node is ClassDeclarationSyntax,
                new Remembered<InitializationModel?>(ReadInitialization).Read)
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName(InitializationStep);

        context.RegisterSourceOutput(initializations, static (output, model) =>
            output.AddSource(model.Student.FileStem + ".Initialization.g.cs", InitializationWriter.Write(model)));
    }

    private static (DistillationModel? Distillation, EquatableArray<AttentionCallModel> Attentions) ReadStudent(
        GeneratorAttributeSyntaxContext found, CancellationToken token)
    {
        var (student, compilation) = ((INamedTypeSymbol)found.TargetSymbol, found.SemanticModel.Compilation);

        return DistillationReader.Read(student, compilation, token)?.Model is { } model
            ? (model, MatchReader.FindCalls(student, compilation, token).Distinct().ToEquatableArray())
            : default;
    }

    private static InitializationModel? ReadInitialization(GeneratorAttributeSyntaxContext found, CancellationToken token)
        => InitializationReader.Read((INamedTypeSymbol)found.TargetSymbol, found.SemanticModel.Compilation, token)?.Model;

    private static (CompressionModel? Compression, FusionModel? Fusion) Read(GeneratorAttributeSyntaxContext found, CancellationToken token)
    {
        var (symbol, compilation) = (found.TargetSymbol, found.SemanticModel.Compilation);

        return Annotations.ClassOf(symbol) is { TypeKind: TypeKind.Class } type
            && found.Attributes.Any(attribute => Annotations.IsWhereTheClassIsRead(symbol, attribute))
            && CompressionReader.Read(type, compilation, token).Model is { } model
                ? (model, FusionReader.Read(model.Type, type, compilation, token))
                : default;
    }
}
