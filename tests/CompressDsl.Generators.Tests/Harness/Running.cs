using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace CompressDsl.Generators.Tests;

/// <summary>Compiles sources with what is generated for them, loads the result and runs it on the real TorchSharp.</summary>
internal static class Running
{
    /// <summary>Calls <c>static Scenario.Run()</c>, which asserts by itself.</summary>
    public static void Run(params string[] sources) => Invoke(Load(Compile("Consumer", [], sources)));

    /// <summary>The same with a library, generated for and compiled on its own before.</summary>
    public static void RunAcrossAssemblies(string library, string consumer)
    {
        var image = Compile("Library", [], library);
        Load(image);
        Invoke(Load(Compile("Consumer", [MetadataReference.CreateFromImage(image)], consumer)));
    }

    private static byte[] Compile(string name, MetadataReference[] references, params string[] sources)
    {
        // Every assembly gets a name of its own: all stay loaded beside each other.
        var compilation = Consumer
            .Compile(
                [.. sources.Select((source, index) => Consumer.Parse(source, $"File{index}.cs"))],
                [.. references, MetadataReference.CreateFromFile(typeof(Assert).Assembly.Location)])
            .WithAssemblyName($"{name}{Guid.NewGuid():N}");
        using var stream = new MemoryStream();
        var result = Consumer.GenerateAndCompile(compilation).Emit(stream);
        Assert.True(result.Success, string.Join(Environment.NewLine, result.Diagnostics));

        return stream.ToArray();
    }

    private static Assembly Load(byte[] image) => AssemblyLoadContext.Default.LoadFromStream(new MemoryStream(image));

    private static void Invoke(Assembly assembly)
        => assembly.GetType("Scenario", throwOnError: true)!.GetMethod("Run")!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
}
